// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/header_templates.h"

namespace wyvern::simulation {
namespace {

// clang-format off
// As GNIRS wrote it in January 2012.
constexpr std::string_view primary_2012 = R"cards(COMMENT   FITS (Flexible Image Transport System) format defined in Astronomy and
COMMENT   Astrophysics Supplement Series v44/p363, v44/p371, v73/p359, v73/p365.
COMMENT   Contact the NASA Science Office of Standards and Technology for the
COMMENT   FITS Definition document #100 and other FITS information.
INSTRUME= 'GNIRS   '           / Instrument used to acquire data
OBJECT  = 'simulated'           / Object Name
OBSTYPE = 'ARC     '           / Observation type
OBSCLASS= 'partnerCal'         / Observe class
GEMPRGID= 'GN-2011B-Q-999'     / Gemini Science Program ID
OBSID   = 'GN-2011B-Q-999-1'   / Gemini Observation ID
DATALAB = 'GN-2011B-Q-999-1-001' / DHS Data Label
OBSERVER= 'simulated'           / Gemini Observers
OBSERVAT= 'Gemini-North'       / Name of telescope (Gemini-North|Gemini-South)
TELESCOP= 'Gemini-North'       / Gemini-North
PARALLAX=                   0. / Target Parallax
RADVEL  =                   0. / Target Heliocentric Radial Velocity
EPOCH   =                2000. / Target Coordinate Epoch
EQUINOX =                2000. / Equinox of coordinate system
TRKEQUIN=                2000. / Tracking equinox
SSA     = 'simulated'           / Gemini SSAs
RA      =         134.95391667 / Target Right Ascension
DEC     =          33.77401944 / Target Declination
ELEVATIO=     57.7241888888889 / Current Elevation
AZIMUTH =     57.7714013888889 / Current Azimuth
CRPA    =     197.368879667074 / Cass Rotator Position Angle at start
HA      = '-02:11:36.01'       / Telescope hour angle
LT      = '00:24:58.2'         / Local time at start of observation
TRKFRAME= 'FK5     '           / Tracking co-ordinate
DECTRACK=                   0. / Differential tracking rate Dec
TRKEPOCH=         55928.424765 / Differential tracking reference epoch
RATRACK =                   0. / Differential tracking rate RA
FRAME   = 'FK5     '           / Target coordinate system
PMDEC   =               0.0011 / Target Proper Motion in Declination
PMRA    =              0.00022 / Target Proper Motion in RA
WAVELENG=               23000. / Effective Target Wavelength
RAWIQ   = '70-percentile'      / Raw Image Quality
RAWCC   = '50-percentile'      / Raw Cloud Cover
RAWWV   = '80-percentile'      / Raw Water Vapour/Transparency
RAWBG   = '50-percentile'      / Raw Background
RAWPIREQ= 'YES     '           / PI Requirements Met
RAWGEMQA= 'USABLE  '           / Gemini Quality Assessment
CGUIDMOD= 'Basic   '           / Carousel Mode
UT      = '10:24:58.2'         / UNIVERSAL TIME
DATE    = '2012-01-02'         / Date
M2BAFFLE= 'NEAR IR '           / Position of M2 baffle
M2CENBAF= 'OPEN    '           / Position of M2 central hole baffle
ST      = '06:49:00.0'         / Sideral time at start of observation
XOFFSET =       -9.04564436416 / Telescope offset in x in arcsec
YOFFSET =       0.184447922138 / Telescope offset in y in arcsec
POFFSET =       0.231808060498 / Telescope offset in p in arcsec
QOFFSET =        9.04455460605 / Telescope offset in q in arcsec
RAOFFSET=      -0.231808060498 / Telescope offset in RA in arcsec
DECOFFSE=       -9.04455460605 / Telescope offset in DEC in arcsec
RATRGOFF=                   0. / Target offset in RA in arcsec
DECTRGOF=                  -0. / Target offset in DEC in arcsec
PA      =                   0. / Sky Position Angle at start (degrees)
IAA     =                 89.7 / Instrument Alignment Angle
SFRT2   =               43.682 / Science fold rotation angle (degrees)
SFTILT  =                -0.03 / Science fold tilt angle (degrees)
SFLINEAR=                   7. / Science fold linear position (mm)
AOFOLD  = 'park-pos.'          / AO Pick-Off Mirror Position
PWFS1_ST= 'parked  '           / PWFS1 probe state (frozen,guiding,parked)
PWFS2_ST= 'guiding '           / PWFS2 probe state (frozen,guiding,parked)
OIWFS_ST= 'parked  '           / OIWFS probe state (frozen,guiding,parked)
AOWFS_ST= 'parked  '           / AOWFS probe state (frozen,guiding,parked)
REQIQ   = 'Any     '           / Requested Image Quality
REQCC   = '50-percentile'      / Requested Cloud Cover
REQBG   = 'Any     '           / Requested Background
REQWV   = 'Any     '           / Requested Water Vapour
GCALLAMP= 'Ar      '           / GCAL Lamp name
GCALFILT= 'CLEAR   '           / GCAL Filter name
GCALDIFF= 'IR      '           / GCAL Diffuser name
GCALSHUT= 'CLOSED  '           / GCAL Shutter (OPEN or CLOSED)
P2ARA   =         134.84862917 / RA of PWFS2 guide star
P2ARV   =                   0. / PWFS2 Heliocentric Radial Velocity
P2AWAVEL=                6000. / PWFS2 Effective Target Wavelength
P2ADEC  =          33.83948889 / Declination of PWFS2 guide star
P2AEPOCH=                2000. / Epoch for PWFS2 guide star coordinates
P2AEQUIN=                2000. / Equinox for PWFS2 guide star coordinates
P2AFRAME= 'FK5     '           / PWFS2 Target co-ordinate system
P2AOBJEC= 'simulated'           / Object Name for PWFS 2, Chop A
P2APMDEC=              -0.0037 / PWFS2 Proper Motion in Declination
P2APMRA =             -0.00073 / PWFS2 Proper Motion in RA
P2APARAL=                   0. / PWFS2 Parallax of Target
P2FOCUS =                -0.11 / PWFS2 Focus Offset (mm)
HUMIDITY=                  41. / The Relative Humidity (fraction, 0..101).
TAMBIENT=                  1.6 / The ambient temp (C).
TAMBIEN2=                34.88 / The ambient temp (F).
PRESSURE=            463.67304 / The atmospheric pressure (mm Hg).
PRESSUR2=               61800. / The atmospheric pressure (Pa).
DEWPOINT=                -10.3 / The dew point (C).
DEWPOIN2=                13.46 / The dew point (F).
WINDSPEE=                  0.7 / The wind speed (m/s).
WINDSPE2=               1.5659 / The wind speed (mph).
WINDDIRE=                  39. / The wind direction (degrees).
INPORT  =                    3 / Number of ISS port where GNIRS was located
ARRAYID = 'SN7638228.1'        / ID # of array
ARRAYTYP= 'ALADDIN_III_1024'   / ALADDIN II or ALADDIN III
DATE-OBS= '2012-01-02'         / UT Date of observation (YYYY-MM-DD)
TIME-OBS= '10:24:58.2'         / Time of observation
UTSTART = '10:24:58.2'         / UT at observation start
DETBIAS =            -0.278266 / Achieved Detector Bias
FILTER1 = 'Open    '           / filter wheel 1 position
FW1_ENG =                    0 / fw1 Eng position (steps)
FILTER2 = 'K_G0515 '           / filter wheel 2 position
FW2_ENG =               -12020 / fw2 eng psition (steps)
CAMERA  = 'ShortBlue_G5538'    / Camera position
CAM_ENG =               101700 / Camera eng psition (steps)
SLIT    = '0.30arcsec_G5530'   / slit position
SLIT_ENG=               117400 / slit Eng Position (steps)
DECKER  = 'SCLong_G5531'       / decker position
DKR_ENG =                20240 / decker Eng position (steps)
GRATING = '111/mmSB_G5534'     / grating position
GR_ENG  =               280348 / grating Eng Position (steps)
GRATWAVE=                  2.3 / grating wavelength
GRATORD =                    3 / order of grating
GRATTILT=              23.1247 / grating tilt
PRISM   = 'MIR_G5537'          / prism position
PRSM_ENG=               246120 / Prism Eng position (steps)
ACQMIR  = 'Out     '           / acquisition mirror position
COVER   = 'Open    '           / cover position
FOCUS   = '** ENG 105000 **'   / focus position
FCS_ENG =               105000 / Focus Eng position (steps)
UTEND   = '10:25:10.2'         / UT at observation end
OBSEPOCH=                2012. / Epoch at start of exposure
AIRMASS =                1.182 / Mean airmass for the observation
AMSTART =                1.182 / Airmass at start of exposure
AMEND   =                1.182 / Airmass at end of exposure
CTYPE1  = 'RA---TAN'           / R.A. in tangent plane projection
CRPIX1  =     487.586474698726 / Ref pix of axis 1
CRVAL1  =     134.958684935683 / RA at Ref pix in decimal degrees
CTYPE2  = 'DEC--TAN'           / DEC. in tangent plane projection
CRPIX2  =     578.747116889661 / Ref pix of axis 2
CRVAL2  =     33.7778656029924 / DEC at Ref pix in decimal degrees
CD1_1   = -1.00727449720268E-06 / WCS matrix element 1 1
CD1_2   = 4.45710383851291E-05 / WCS matrix element 1 2
CD2_1   = -4.21228309175288E-05 / WCS matrix element 2 1
CD2_2   = -1.79227050321363E-06 / WCS matrix element 2 2
MJD_OBS =     55928.3929500405 / MJD of start of obseration
UCODEPTH= './tpSource/ucode/NAAC/' / Path for ucode directory
UCODENAM= 'gnAIII_1024xSU01_4u' / Name of ucode file loaded
COADDS  =                    1 / # of coadded images
LNRS    =                    1 / # of fowler samples
NDAVGS  =                   16 / # of digital averages
ROWS    =                 1024 / array rows
P_MODE  = 'STARE   '           / proc mode (stare, sep)
COLS    =                 1024 / array cols
EXPTIME =                  10. / integration time (seconds)
MIN_INT =              0.54764 / minimum integration time (seconds)
FRMS_EXP=                    2
DSRDTEMP=                  27. / desired detector temperature (K)
DETTEMP =                 27.3 / detector temperature (K)
FOOT_PWR=                   0. / detector foot heater power
RELEASE = '2012-01-02'         / End of proprietary period YYYY-MM-DD
)cards";

// As GNIRS wrote it in December 2015.
constexpr std::string_view primary_2015 = R"cards(COMMENT   FITS (Flexible Image Transport System) format is defined in 'Astronomy
COMMENT   and Astrophysics', volume 376, page 359; bibcode: 2001A&A...376..359H
INSTRUME= 'GNIRS   '           / Instrument used to acquire data
OBJECT  = 'simulated'           / Object Name
OBSTYPE = 'OBJECT  '           / Observation type
OBSCLASS= 'science '           / Observe class
GEMPRGID= 'GN-2011B-Q-999'     / Gemini Science Program ID
OBSID   = 'GN-2011B-Q-999-1'   / Gemini Observation ID
DATALAB = 'GN-2011B-Q-999-1-001' / DHS Data Label
OBSERVER= 'simulated'           / Gemini Observers
OBSERVAT= 'Gemini-North'       / Name of telescope (Gemini-North|Gemini-South)
TELESCOP= 'Gemini-North'       / Gemini-North
PARALLAX=                   0. / Target Parallax
RADVEL  =                   0. / Target Heliocentric Radial Velocity
EPOCH   =                2000. / Target Coordinate Epoch
EQUINOX =                2000. / Equinox of coordinate system
TRKEQUIN=                2000. / Tracking equinox
SSA     = 'simulated'           / Gemini SSAs
RA      =                8.477 / Target Right Ascension
DEC     =         -12.13280556 / Target Declination
ELEVATIO=     55.9839166666667 / Current Elevation
AZIMUTH =     158.571627777778 / Current Azimuth
CRPA    =     110.891941340849 / Cass Rotator Position Angle at start
HA      = '-00:48:24.19'       / Telescope hour angle
LT      = '18:41:57.7'         / Local time at start of observation
TRKFRAME= 'FK5     '           / Tracking co-ordinate
DECTRACK=                   0. / Differential tracking rate Dec
TRKEPOCH=         57369.182807 / Differential tracking reference epoch
RATRACK =                   0. / Differential tracking rate RA
FRAME   = 'FK5     '           / Target coordinate system
PMDEC   =                   0. / Target Proper Motion in Declination
PMRA    =                   0. / Target Proper Motion in RA
WAVELENG=               11000. / Effective Target Wavelength
RAWIQ   = '70-percentile'      / Raw Image Quality
RAWCC   = '50-percentile'      / Raw Cloud Cover
RAWWV   = '50-percentile'      / Raw Water Vapour/Transparency
RAWBG   = 'Any     '           / Raw Background
RAWPIREQ= 'UNKNOWN '           / PI Requirements Met
RAWGEMQA= 'UNKNOWN '           / Gemini Quality Assessment
CGUIDMOD= 'Basic   '           / Carousel Mode
UT      = '04:41:58.2'         / UNIVERSAL TIME
DATE    = '2015-12-13'         / Date
M2BAFFLE= 'NEAR IR '           / Position of M2 baffle
M2CENBAF= 'OPEN    '           / Position of M2 central hole baffle
ST      = '23:46:19.3'         / Sideral time at start of observation
XOFFSET =     4.51602865235193 / Telescope offset in x in arcsec
YOFFSET =     5.51183911724055 / Telescope offset in y in arcsec
POFFSET =     5.49184409552118 / Telescope offset in p in arcsec
QOFFSET =    -4.54032308032102 / Telescope offset in q in arcsec
RAOFFSET=     5.49184409552118 / Telescope offset in RA in arcsec
DECOFFSE=    -4.54032308032102 / Telescope offset in DEC in arcsec
RATRGOFF=                   0. / Target offset in RA in arcsec
DECTRGOF=                   0. / Target offset in DEC in arcsec
PA      =                   0. / Sky Position Angle at start (degrees)
IAA     =               89.747 / Instrument Alignment Angle
SFRT2   =                -1.52 / Science fold rotation angle (degrees)
SFTILT  =                44.78 / Science fold tilt angle (degrees)
SFLINEAR=                   7. / Science fold linear position (mm)
AOFOLD  = 'park-pos.'          / AO Pick-Off Mirror Position
PWFS1_ST= 'parked  '           / PWFS1 probe state (frozen,guiding,parked)
PWFS2_ST= 'guiding '           / PWFS2 probe state (frozen,guiding,parked)
OIWFS_ST= 'parked  '           / OIWFS probe state (frozen,guiding,parked)
AOWFS_ST= 'parked  '           / AOWFS probe state (frozen,guiding,parked)
SCIBAND =                -9999 / Science Ranking Band
REQIQ   = '85-percentile'      / Requested Image Quality
REQCC   = '50-percentile'      / Requested Cloud Cover
REQBG   = 'Any     '           / Requested Background
REQWV   = 'Any     '           / Requested Water Vapour
NUMREQTW=                    0 / Number of Requested Timing Window REQTW entries
GCALLAMP= 'IRhigh  '           / GCAL Lamp name
GCALFILT= 'ND4-5   '           / GCAL Filter name
GCALDIFF= 'IR      '           / GCAL Diffuser name
GCALSHUT= 'OPEN    '           / GCAL Shutter (OPEN or CLOSED)
P2ARA   =           8.57816667 / RA of PWFS2 guide star
P2ARV   =                   0. / PWFS2 Heliocentric Radial Velocity
P2AWAVEL=                6000. / PWFS2 Effective Target Wavelength
P2ADEC  =         -12.16666667 / Declination of PWFS2 guide star
P2AEPOCH=                2000. / Epoch for PWFS2 guide star coordinates
P2AEQUIN=                2000. / Equinox for PWFS2 guide star coordinates
P2AFRAME= 'FK5     '           / PWFS2 Target co-ordinate system
P2AOBJEC= 'simulated'           / Object Name for PWFS 2, Chop A
P2APMDEC=                   0. / PWFS2 Proper Motion in Declination
P2APMRA =                   0. / PWFS2 Proper Motion in RA
P2APARAL=                   0. / PWFS2 Parallax of Target
P2FOCUS =                -0.03 / PWFS2 Focus Offset (mm)
P2FREQ  =                 200. / PWFS2 sampling frequency (Hz)
HUMIDITY=                  10. / The Relative Humidity (fraction, 0..101).
TAMBIENT=                  1.8 / The ambient temp (C).
TAMBIEN2=                35.24 / The ambient temp (F).
PRESSURE=            462.92276 / The atmospheric pressure (mm Hg).
PRESSUR2=               61700. / The atmospheric pressure (Pa).
DEWPOINT=                -26.6 / The dew point (C).
DEWPOIN2=               -15.88 / The dew point (F).
WINDSPEE=                  3.9 / The wind speed (m/s).
WINDSPE2=               8.7243 / The wind speed (mph).
WINDDIRE=                 226. / The wind direction (degrees).
INPORT  =                    3 / Number of ISS port where GNIRS was located
ARRAYID = 'SN7638228.1.2'      / ID # of array
ARRAYTYP= 'ALADDIN_III_1024'   / ALADDIN II or ALADDIN III
DATE-OBS= '2015-12-13'         / UT Date of observation (YYYY-MM-DD)
TIME-OBS= '04:41:58.2'         / Time of observation
UTSTART = '04:41:58.2'         / UT at observation start
DETBIAS =              -0.2788 / Achieved Detector Bias
FILTER1 = 'YPHOT_G0544'        / filter wheel 1 position
FW1_ENG =                12480 / fw1 Eng position (steps)
FILTER2 = 'Open    '           / filter wheel 2 position
FW2_ENG =                   20 / fw2 eng psition (steps)
CAMERA  = 'ShortBlue_G5540'    / Camera position
CAM_ENG =               101700 / Camera eng psition (steps)
SLIT    = 'Acq_G5530'          / slit position
SLIT_ENG=               165500 / slit Eng Position (steps)
DECKER  = 'Acq_G5531'          / decker position
DKR_ENG =                 5300 / decker Eng position (steps)
GRATING = '32/mmSB_G5533'      / grating position
GR_ENG  =                84417 / grating Eng Position (steps)
GRATWAVE=               1.0999 / grating wavelength
GRATORD =                    6 / order of grating
GRATTILT=               6.1887 / grating tilt
PRISM   = 'MIR_G5537'          / prism position
PRSM_ENG=               246345 / Prism Eng position (steps)
ACQMIR  = 'In      '           / acquisition mirror position
COVER   = 'Open    '           / cover position
FOCUS   = '** ENG 180000 **'   / focus position
FCS_ENG =               180000 / Focus Eng position (steps)
UTEND   = '04:43:25.2'         / UT at observation end
OBSEPOCH=              2015.95 / Epoch at start of exposure
AIRMASS =                1.205 / Mean airmass for the observation
AMSTART =                1.206 / Airmass at start of exposure
AMEND   =                1.204 / Airmass at end of exposure
PROP_MD =                    F / Proprietary Metadata
RELEASE = '2015-12-13'         / End of proprietary period YYY-MM-DD
CTYPE1  = 'RA---TAN'           / R.A. in tangent plane projection
CRPIX1  =      487.58622293372 / Ref pix of axis 1
CRVAL1  =     8.48375967780604 / RA at Ref pix in decimal degrees
CTYPE2  = 'DEC--TAN'           / DEC. in tangent plane projection
CRPIX2  =     578.747269779133 / Ref pix of axis 2
CRVAL2  =    -12.1331614451032 / DEC at Ref pix in decimal degrees
CD1_1   = -9.72034834677539E-07 / WCS matrix element 1 1
CD1_2   = 4.45790801668495E-05 / WCS matrix element 1 2
CD2_1   = -4.21346886744447E-05 / WCS matrix element 2 1
CD2_2   = -1.7593682669929E-06 / WCS matrix element 2 2
MJD_OBS =     57369.0300256906 / MJD of start of obseration
UCODEPTH= './tpSource/ucode/NAAC/' / Path for ucode directory
UCODENAM= 'gnAIII_1024xSU01_4u' / Name of ucode file loaded
COADDS  =                    8 / # of coadded images
LNRS    =                    1 / # of fowler samples
NDAVGS  =                   16 / # of digital averages
ROWS    =                 1024 / array rows
P_MODE  = 'STARE   '           / proc mode (stare, sep)
COLS    =                 1024 / array cols
EXPTIME =                  10. / integration time (seconds)
MIN_INT =              0.54764 / minimum integration time (seconds)
FRMS_EXP=                    2
DSRDTEMP=                  29. / desired detector temperature (K)
DETTEMP =                 29.1 / detector temperature (K)
FOOT_PWR=                  63. / detector foot heater power
)cards";

// Of the image extension, the same in both years.
constexpr std::string_view image = R"cards(DROINUM =                    0 / roi number
LOWROW  =                    0 / y min of region
LOWCOL  =                    0 / Start col of region of interest
HIROW   =                 1023 / End row of region of interest
HICOL   =                 1023 / End col of region of interest
FRMNAME = 'N20120102S0213:0'   / Name assigned to a frame of data.
FRAMEID = '0       '           / Frame ID
DATATYPE= '        '
)cards";

// clang-format on

fits::Header header_of(std::string_view cards) {
  fits::Header header;
  while (!cards.empty()) {
    const std::size_t end = cards.find('\n');
    header.append(fits::parse_card(cards.substr(0, end)));
    cards.remove_prefix(end + 1);
  }
  return header;
}

}  // namespace

fits::Header primary_template(Epoch epoch) {
  return header_of(epoch == Epoch::y2012 ? primary_2012 : primary_2015);
}

fits::Header image_template() {
  return header_of(image);
}

}  // namespace wyvern::simulation
