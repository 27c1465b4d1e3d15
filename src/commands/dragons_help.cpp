// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/dragons_help.h"

#include <map>

#include "base/text.h"
#include "commands/version.h"

// The texts are those that DRAGONS 3.2.3 prints, its slips included.

namespace wyvern::commands {
namespace {

const std::map<std::string_view, std::string_view>& texts() {
  static const std::map<std::string_view, std::string_view> known = {
      {"reduce", R"(usage: reduce [-h] [-v] [-d] [--adpkg ADPKG] [--drpkg DRPKG]
              [--logfile LOGFILE] [--logmode LOGMODE]
              [-p USERPARAM [USERPARAM ...]] [--qa] [--ql] [-r RECIPENAME]
              [--suffix SUFFIX] [--upload UPLOAD]
              [--user_cal USER_CAL [USER_CAL ...]] [-c CONFIG]
              fitsfile [fitsfile ...]

_____________________________ Gemini Observatory ____________________________
________________ DRAGONS Recipe Processing Management System ________________
________________________ Recipe System Release @VERSION@ _______________________

positional arguments:
  fitsfile              fitsfile [fitsfile ...]

options:
  -h, --help            show this help message and exit
  -v, --version         show program's version number and exit
  -d , --displayflags   display all parsed option flags and exit.
  --adpkg ADPKG         Specify an external astrodata definitions package.
                        This is only passed for non-Gemini instruments.The
                        package must be importable. E.g., --adpkg
                        soar_instruments
  --drpkg DRPKG         Specify another data reduction (dr) package. The
                        package must be importable. Recipe system default is
                        'geminidr'. E.g., --drpkg ghostdr
  --logfile LOGFILE     name of log (default is 'reduce.log')
  --logmode LOGMODE     Set log mode: 'standard', 'quiet', 'debug'. Default is
                        'standard'. 'quiet' writes only to log file.
  -p USERPARAM [USERPARAM ...], --param USERPARAM [USERPARAM ...]
                        Set a parameter from the command line. The form '-p
                        par=val' sets a parameter such that all primitives
                        with that defined parameter will 'see' it. The form:
                        '-p primitivename:par=val', sets the parameter only
                        for 'primitivename'. Separate par/val pairs by
                        whitespace: (eg. '-p par1=val1 par2=val2')
  --qa                  Use 'qa' recipes.Default is to use 'sq' recipes.
  --ql                  Use 'quicklook' recipes.Default is to use 'sq'
                        recipes.
  -r RECIPENAME, --recipe RECIPENAME
                        Specify a recipe by name. Users can request non-
                        default system recipe functions by their simple names,
                        e.g., -r qaStack, OR may specify their own recipe file
                        and recipe function. A user defined recipe function
                        must be 'dotted' with the recipe file. E.g., '-r
                        /path/to/recipes/recipefile.recipe_function' For a
                        recipe file in the current working directory (cwd),
                        only the file name is needed, as in, '-r
                        recipefile.recipe_function' The fact that the recipe
                        function is dotted with the recipe file name implies
                        that multiple user defined recipe functions can be
                        defined in a single file. Readers should understand
                        that these recipe files shall behave as python modules
                        and should be named accordingly. I.e., in the example
                        above, 'recipefile'is a python module named,
                        'recipefile.py'
  --suffix SUFFIX       Add 'suffix' to filenames at end of reduction; strip
                        all other suffixes marked by '_';
  --upload UPLOAD       Send these pipeline products to fitsstore.Default is
                        None.Eg., --upload metrics calibs science
  --user_cal USER_CAL [USER_CAL ...]
                        Specify user supplied calibrations for calibration
                        types. Eg., --user_cal processed_arc:gsTest_arc.fits
  -c CONFIG, --config CONFIG
                        Load a specific config file, overriding the
                        ~/.dragons/dragonsrc file and the $DRAGONSRC
                        environment variable.
)"},
      {"caldb", R"(usage: caldb [-h] {init,list,add,remove,config} ...

Calibration Database Management Tool

positional arguments:
  {init,list,add,remove,config}
                        Sub-command help
    init                Create and initialize a new database.
    list                List calib files in the current database.
    add                 Add files to the calibration database. One or more
                        files or directories may be specified.
    remove              Remove files from the calibration database. One or
                        more files may be specified.
    config              Show configuration for caldb

options:
  -h, --help            show this help message and exit
)"},
      {"dataselect", R"(usage: dataselect [-h] [--tags TAGS] [--xtags XTAGS] [--expr EXPRESSION]
                  [--strict] [--output OUTPUT] [--adpkg ADPKG] [--verbose]
                  [--debug]
                  inputs [inputs ...]

Find files that matches certain criteria defined by tags and expression
involving descriptors.

positional arguments:
  inputs                Input FITS file

options:
  -h, --help            show this help message and exit
  --tags TAGS, -t TAGS  Comma-separated list of required tags.
  --xtags XTAGS         Comma-separated list of tags to exclude
  --expr EXPRESSION     Expression to apply to descriptors (and tags)
  --strict              Toggle on strict expression matching for exposure_time
                        (not just close) and for filter_name (match component
                        number).
  --output OUTPUT, -o OUTPUT
                        Name of the output file
  --adpkg ADPKG         Name of the astrodata instrument package to useif not
                        gemini_instruments
  --verbose, -v         Toggle verbose mode when using -o
  --debug               Toggle debug mode
)"},
      {"showpars", R"(usage: showpars [-h] [-v] [-d] [--adpkg ADPKG] [--drpkg DRPKG]
                filename primitive

Primitive parameter display, @VERSION@

positional arguments:
  filename       filename
  primitive      primitive name

options:
  -h, --help     show this help message and exit
  -v, --version  show program's version number and exit
  -d, --doc      show the full docstring
  --adpkg ADPKG  Name of the astrodata instrument package to use if not
                 gemini_instruments
  --drpkg DRPKG  Name of the DRAGONS instrument package to use if not geminidr
)"},
      {"showrecipes", R"(usage: showrecipes [-h] [-m MODE] [-r RECIPE] [--all] [--adpkg ADPKG]
                   [--drpkg DRPKG] [--debug]
                   inputfile

desc

positional arguments:
  inputfile             The fits file needed to extract the tags. This file
                        must be opened by astrodata as an object

options:
  -h, --help            show this help message and exit
  -m MODE, --mode MODE  determines if the mode of the recipe is either 'qa' or
                        'sq'.
  -r RECIPE, --recipe RECIPE
                        Determines the recipe that the user wants to see the
                        primitives for. If no recipe is provided, the default
                        is used.
  --all                 Show the name of all the valid recipes.
  --adpkg ADPKG         Name of the astrodata instrument package to useif not
                        gemini_instruments
  --drpkg DRPKG         Name of the DRAGONS instrument package to useif not
                        geminidr
  --debug               Print debugging statements
)"},
      {"showd", R"(usage: showd [-h] --descriptors DESCRIPTORS [--long] [--csv] [--adpkg ADPKG]
             [--debug]
             [inputs ...]

For each input file, show the value of the specified descriptors.

positional arguments:
  inputs                Input FITS files

options:
  -h, --help            show this help message and exit
  --descriptors DESCRIPTORS, -d DESCRIPTORS
                        comma-separated list of descriptor values to return
  --long                Long format for the descriptor value
  --csv                 Format as CSV list.
  --adpkg ADPKG         Name of the astrodata instrument package to useif not
                        gemini_instruments
  --debug               Toggle debug mode
)"},
      {"typewalk", R"(usage: typewalk [-h] [-b BATCHNUM] [-d TWDIR] [-f FILEMASK] [-n] [--or]
                [-o OUTFILE] [--tags TAGS [TAGS ...]]
                [--xtags XTAGS [XTAGS ...]] [--adpkg ADPKG]

Description:
  typewalk examines files in a directory or directory tree and reports the
  types and status values through the AstroDataType classification scheme.
  Files are selected and reported through a regular expression mask, which by
  default, finds all ".fits" and ".FITS" files. Users can change this mask
  with the -f --filemask option.

  By default, typewalk will recurse all subdirectories under the current
  directory. Users may specify an explicit directory with the -d --dir option.

  A user may request that an output file is written when AstroDataType
  qualifiers are passed by the --types option. An output file is specified
  through the -o --out option. Output files are formatted so they may
  be passed directly to the reduce command line via that applications
  'at-file' (@file) facility. See reduce help for more on that facility.

  Users may select type matching logic with the --or switch. By default,
  qualifying logic is AND. I.e. the logic specifies that *all* types must be
  present (x AND y); --or specifies that ANY types, enumerated with --types,
  may be present (x OR y). --or is only effective when --types is used.

  For example, find all gmos images from Cerro Pachon in the top level
  directory and write out the matching files, then run reduce on them,

    $ typewalk -n --tags SOUTH GMOS IMAGE --out gmos_images_south
    $ reduce @gmos_images_south

  This will also report match results to stdout, colourized if requested (-c).

options:
  -h, --help            show this help message and exit
  -b BATCHNUM, --batch BATCHNUM
                        In shallow walk mode, number of files to process at a
                        time in the current directory. Controls behavior in
                        large data directories. Default = 100.
  -d TWDIR, --dir TWDIR
                        Walk this directory and report types. default is cwd.
  -f FILEMASK, --filemask FILEMASK
                        Show files matching regex <FILEMASK>. Default is all
                        .fits and .FITS files.
  -n, --norecurse       Do not recurse subdirectories.
  --or                  Use OR logic on 'types' criteria. If not specified,
                        matching logic is AND (See --types). Eg., --or --types
                        SOUTH GMOS IMAGE will report datasets that are one of
                        SOUTH *OR* GMOS *OR* IMAGE.
  -o OUTFILE, --out OUTFILE
                        Write reported files to this file. Effective only with
                        --tags option.
  --tags TAGS [TAGS ...]
                        Find datasets that match only these tag criteria. Eg.,
                        --tags SOUTH GMOS IMAGE will report datasets that are
                        all tagged SOUTH *and* GMOS *and* IMAGE.
  --xtags XTAGS [XTAGS ...]
                        Exclude <xtags> from reporting.
  --adpkg ADPKG         Name of the astrodata instrument package to useif not
                        gemini_instruments
)"},
      {"provenance", R"(Usage: provenance [options]

'provenance' is a script to view a summary of the provenance and history in a
given FITS file.

Options:
  -h, --help        show this help message and exit
  -p, --provenance  show the provenance records
  --history         show the history records
)"},
      {"caldb init", R"(usage: caldb init [-h] [-w] [-c CONFIG] [-d DB_PATH] [-v]

options:
  -h, --help            show this help message and exit
  -w, --wipe            Force the initialization of an already existing
                        database.
  -c CONFIG, --config CONFIG
                        Path to the config file, if not the default location,
                        or defined by the environment variable.
  -d DB_PATH, --database DB_PATH
                        Path to the database file. Optional if the config file
                        defines a single database.
  -v, --verbose         Give information about the operations being performed.
)"},
      {"docstring of associateSky",
       R"(This primitive determines which sky AstroData objects are associated
with each science AstroData object and puts this information in a
Table attached to each science frame.

The input sky AstroData objects can be provided by the user using the
parameter 'sky'. Otherwise, the science AstroData objects are found in
the main stream (as normal) and the sky AstroData objects are found in
the sky stream.

Parameters
----------
suffix: str
    suffix to be added to output files
distance: float
    minimum separation (in arcseconds) required to use an image as sky
max_skies: int/None
    maximum number of skies to associate to each input frame
min_skies: int/None
    minimum number of skies to associate to each input frame
sky: str/list
    name(s) of sky frame(s) to associate to each input
time: float
    number of seconds
use_all: bool
    use everything in the "sky" stream?
)"},
  };
  return known;
}

}  // namespace

std::string dragons_help(std::string_view command) {
  const auto at = texts().find(command);
  if (at == texts().end()) return "";
  return replace_all(std::string(at->second), "@VERSION@", std::string("v") + kVersion);
}

}  // namespace wyvern::commands
