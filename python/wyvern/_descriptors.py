# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""The descriptors as methods. Each asks the core's rule of the same name."""

from __future__ import annotations

import datetime
from typing import Any, Optional


class Descriptors:
    """What the headers tell, in one language for all instruments. None stands for what they do
    not tell. What belongs to an extension is a list on a whole object, a bare value on a slice."""

    def _describe(self, name: str, **options: Any) -> Any:
        raise NotImplementedError

    def airmass(self) -> Optional[float]:
        """Airmass."""
        return self._describe("airmass")

    def amp_read_area(self, pretty: bool = False) -> Any:
        """Area read by each amplifier: one Section per extension."""
        return self._describe("amp_read_area", pretty=pretty)

    def ao_seeing(self) -> Optional[float]:
        """Seeing measured by the AO system (arcsec)."""
        return self._describe("ao_seeing")

    def array_name(self) -> Any:
        """Name of each array: one text per extension."""
        return self._describe("array_name")

    def array_section(self, pretty: bool = False) -> Any:
        """Section of the array that each extension covers."""
        return self._describe("array_section", pretty=pretty)

    def azimuth(self) -> Optional[float]:
        """Azimuth of the telescope (degrees)."""
        return self._describe("azimuth")

    def binning(self) -> Optional[str]:
        """Binning, "1x1"."""
        return self._describe("binning")

    def calibration_key(self) -> Optional[str]:
        """Key under which calibrations are looked up."""
        return self._describe("calibration_key")

    def camera(self, stripID: bool = False, pretty: bool = False) -> Optional[str]:
        """Name of the camera; `pretty` without its component ID."""
        return self._describe("camera", stripID=stripID, pretty=pretty)

    def cass_rotator_pa(self) -> Optional[float]:
        """Position angle of the Cassegrain rotator (degrees)."""
        return self._describe("cass_rotator_pa")

    def central_wavelength(
        self, asMicrometers: bool = False, asNanometers: bool = False, asAngstroms: bool = False
    ) -> Optional[float]:
        """Central wavelength (metres unless another unit is asked for)."""
        return self._describe(
            "central_wavelength", asMicrometers=asMicrometers, asNanometers=asNanometers, asAngstroms=asAngstroms
        )

    def coadds(self) -> Optional[int]:
        """Number of co-adds."""
        return self._describe("coadds")

    def data_label(self) -> Optional[str]:
        """Data label of the observation."""
        return self._describe("data_label")

    def data_section(self, pretty: bool = False) -> Any:
        """Section of the data, one Section per extension; `pretty` as in the header."""
        return self._describe("data_section", pretty=pretty)

    def dec(self) -> Optional[float]:
        """Declination of the field's centre (degrees)."""
        return self._describe("dec")

    def decker(self, stripID: bool = False, pretty: bool = False) -> Optional[str]:
        """Position of the decker."""
        return self._describe("decker", stripID=stripID, pretty=pretty)

    def detector_name(self, pretty: bool = False) -> Optional[str]:
        """Name of the detector."""
        return self._describe("detector_name", pretty=pretty)

    def detector_roi_setting(self) -> Optional[str]:
        """Region of interest, as text."""
        return self._describe("detector_roi_setting")

    def detector_rois_requested(self) -> Any:
        """Regions of interest asked for."""
        return self._describe("detector_rois_requested")

    def detector_section(self, pretty: bool = False) -> Any:
        """Section of the detector, one Section per extension."""
        return self._describe("detector_section", pretty=pretty)

    def detector_x_bin(self) -> Optional[int]:
        """Binning along x."""
        return self._describe("detector_x_bin")

    def detector_x_offset(self) -> Optional[float]:
        """Offset from the first position along x (pixels)."""
        return self._describe("detector_x_offset")

    def detector_y_bin(self) -> Optional[int]:
        """Binning along y."""
        return self._describe("detector_y_bin")

    def detector_y_offset(self) -> Optional[float]:
        """Offset from the first position along y (pixels)."""
        return self._describe("detector_y_offset")

    def disperser(self, stripID: bool = False, pretty: bool = False) -> Optional[str]:
        """Disperser; `pretty` without its component ID."""
        return self._describe("disperser", stripID=stripID, pretty=pretty)

    def dispersion(
        self, asMicrometers: bool = False, asNanometers: bool = False, asAngstroms: bool = False
    ) -> Any:
        """Dispersion per pixel, one value per extension (metres unless asked otherwise)."""
        return self._describe(
            "dispersion", asMicrometers=asMicrometers, asNanometers=asNanometers, asAngstroms=asAngstroms
        )

    def dispersion_axis(self) -> Any:
        """Axis of dispersion, one value per extension."""
        return self._describe("dispersion_axis")

    def effective_wavelength(self, output_units: Optional[str] = None) -> Optional[float]:
        """Effective wavelength (metres unless output_units says otherwise)."""
        return self._describe("effective_wavelength", output_units=output_units)

    def elevation(self) -> Optional[float]:
        """Elevation of the telescope (degrees)."""
        return self._describe("elevation")

    def exposure_time(self) -> Optional[float]:
        """Exposure time with all co-adds (seconds)."""
        return self._describe("exposure_time")

    def filter_name(self, stripID: bool = False, pretty: bool = False) -> Optional[str]:
        """Filters in the beam, joined by "&"; `pretty` without IDs and open positions."""
        return self._describe("filter_name", stripID=stripID, pretty=pretty)

    def focal_plane_mask(self, stripID: bool = False, pretty: bool = False) -> Optional[str]:
        """Mask in the focal plane."""
        return self._describe("focal_plane_mask", stripID=stripID, pretty=pretty)

    def gain(self) -> Any:
        """Gain (electrons per ADU), one value per extension."""
        return self._describe("gain")

    def gain_setting(self) -> Optional[str]:
        """Gain setting."""
        return self._describe("gain_setting")

    def gcal_lamp(self) -> Optional[str]:
        """Calibration lamp; "Off" behind a closed shutter."""
        return self._describe("gcal_lamp")

    def group_id(self) -> Optional[str]:
        """Text that frames which can be stacked share."""
        return self._describe("group_id")

    def instrument(self, generic: bool = False) -> Optional[str]:
        """Name of the instrument."""
        return self._describe("instrument")

    def is_ao(self) -> bool:
        """Whether the frame was taken with adaptive optics."""
        return self._describe("is_ao")

    def is_coadds_summed(self) -> bool:
        """Whether co-adds are summed."""
        return self._describe("is_coadds_summed")

    def is_in_adu(self) -> bool:
        """Whether pixels are in ADU."""
        return self._describe("is_in_adu")

    def local_time(self) -> Optional[datetime.time]:
        """Local time of the exposure."""
        return self._describe("local_time")

    def lyot_stop(self, stripID: bool = False, pretty: bool = False) -> Optional[str]:
        """Lyot stop."""
        return self._describe("lyot_stop", stripID=stripID, pretty=pretty)

    def mdf_row_id(self) -> Any:
        """Row of the mask definition, one value per extension."""
        return self._describe("mdf_row_id")

    def nominal_atmospheric_extinction(self) -> Optional[float]:
        """Nominal extinction (magnitudes)."""
        return self._describe("nominal_atmospheric_extinction")

    def nominal_photometric_zeropoint(self) -> Any:
        """Nominal zero point (magnitudes), one value per extension."""
        return self._describe("nominal_photometric_zeropoint")

    def non_linear_level(self) -> Any:
        """Level above which pixels are not linear (units of the data), one value per extension."""
        return self._describe("non_linear_level")

    def object(self) -> Optional[str]:
        """Name of the target."""
        return self._describe("object")

    def observation_class(self) -> Optional[str]:
        """Class of the observation: science, partnerCal …"""
        return self._describe("observation_class")

    def observation_epoch(self) -> Any:
        """Epoch of the coordinates."""
        return self._describe("observation_epoch")

    def observation_id(self) -> Optional[str]:
        """Observation ID."""
        return self._describe("observation_id")

    def observation_type(self) -> Optional[str]:
        """Type of the observation: OBJECT, DARK, FLAT …"""
        return self._describe("observation_type")

    def overscan_section(self, pretty: bool = False) -> Any:
        """Overscan, one Section per extension."""
        return self._describe("overscan_section", pretty=pretty)

    def pixel_scale(self) -> Optional[float]:
        """Pixel scale (arcsec per pixel)."""
        return self._describe("pixel_scale")

    def program_id(self) -> Optional[str]:
        """Gemini program ID."""
        return self._describe("program_id")

    def pupil_mask(self, stripID: bool = False, pretty: bool = False) -> Optional[str]:
        """Pupil mask."""
        return self._describe("pupil_mask", stripID=stripID, pretty=pretty)

    def qa_state(self) -> Optional[str]:
        """State of the quality assessment."""
        return self._describe("qa_state")

    def ra(self) -> Optional[float]:
        """Right ascension of the field's centre (degrees)."""
        return self._describe("ra")

    def raw_bg(self) -> Optional[int]:
        """Background percentile of the night."""
        return self._describe("raw_bg")

    def raw_cc(self) -> Optional[int]:
        """Cloud cover percentile of the night."""
        return self._describe("raw_cc")

    def raw_iq(self) -> Optional[int]:
        """Image quality percentile of the night."""
        return self._describe("raw_iq")

    def raw_wv(self) -> Optional[int]:
        """Water vapour percentile of the night."""
        return self._describe("raw_wv")

    def read_mode(self) -> Optional[str]:
        """Read mode."""
        return self._describe("read_mode")

    def read_noise(self) -> Any:
        """Read noise (electrons), one value per extension."""
        return self._describe("read_noise")

    def read_speed_setting(self) -> Optional[str]:
        """Read speed."""
        return self._describe("read_speed_setting")

    def requested_bg(self) -> Optional[int]:
        """Background percentile asked for."""
        return self._describe("requested_bg")

    def requested_cc(self) -> Optional[int]:
        """Cloud cover percentile asked for."""
        return self._describe("requested_cc")

    def requested_iq(self) -> Optional[int]:
        """Image quality percentile asked for."""
        return self._describe("requested_iq")

    def requested_wv(self) -> Optional[int]:
        """Water vapour percentile asked for."""
        return self._describe("requested_wv")

    def saturation_level(self) -> Any:
        """Saturation level (units of the data), one value per extension."""
        return self._describe("saturation_level")

    def slit(self, stripID: bool = False, pretty: bool = False) -> Optional[str]:
        """Slit."""
        return self._describe("slit", stripID=stripID, pretty=pretty)

    def target_dec(
        self, offset: bool = False, pm: bool = True, icrs: bool = False
    ) -> Optional[float]:
        """Declination of the target (degrees)."""
        return self._describe("target_dec", offset=offset, pm=pm, icrs=icrs)

    def target_ra(
        self, offset: bool = False, pm: bool = True, icrs: bool = False
    ) -> Optional[float]:
        """Right ascension of the target (degrees)."""
        return self._describe("target_ra", offset=offset, pm=pm, icrs=icrs)

    def telescope(self) -> Optional[str]:
        """Name of the telescope."""
        return self._describe("telescope")

    def telescope_x_offset(self) -> Optional[float]:
        """Offset of the telescope along x (arcsec)."""
        return self._describe("telescope_x_offset")

    def telescope_y_offset(self) -> Optional[float]:
        """Offset of the telescope along y (arcsec)."""
        return self._describe("telescope_y_offset")

    def ut_date(
        self, strict: bool = False, dateonly: bool = False, timeonly: bool = False
    ) -> Optional[datetime.date]:
        """UT date of the exposure."""
        return self._describe("ut_date", strict=strict, dateonly=dateonly, timeonly=timeonly)

    def ut_datetime(
        self, strict: bool = False, dateonly: bool = False, timeonly: bool = False
    ) -> Any:
        """UT date and time of the exposure."""
        return self._describe("ut_datetime", strict=strict, dateonly=dateonly, timeonly=timeonly)

    def ut_time(
        self, strict: bool = False, dateonly: bool = False, timeonly: bool = False
    ) -> Optional[datetime.time]:
        """UT time of the exposure."""
        return self._describe("ut_time", strict=strict, dateonly=dateonly, timeonly=timeonly)

    def wavefront_sensor(self) -> Optional[str]:
        """Wavefront sensors that guide, joined by "&"."""
        return self._describe("wavefront_sensor")

    def wavelength_band(self) -> Optional[str]:
        """Photometric band."""
        return self._describe("wavelength_band")

    def wcs_dec(self) -> Optional[float]:
        """Declination at the reference pixel (degrees)."""
        return self._describe("wcs_dec")

    def wcs_ra(self) -> Optional[float]:
        """Right ascension at the reference pixel (degrees)."""
        return self._describe("wcs_ra")

    def well_depth_setting(self) -> Optional[str]:
        """Well depth: Shallow or Deep."""
        return self._describe("well_depth_setting")
