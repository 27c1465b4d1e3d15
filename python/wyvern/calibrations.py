# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""The local calibration database, in the manner of DRAGONS' LocalDB."""

from __future__ import annotations

import glob
import os
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from . import _core
from .astrodata import AstroData
from .errors import DatabaseError, InputError
from .logs import logger

PathLike = Union[str, "os.PathLike[str]"]

ERROR_CANT_WIPE, ERROR_CANT_CREATE, ERROR_CANT_READ = 0, 1, 2
ERROR_DIDNT_FIND, ERROR_MISSING_DATABASE_FILE = 3, 4


class LocalManagerError(DatabaseError):
    """A database that cannot be made or used; `error_type` is one of the ERROR_ numbers."""

    def __init__(self, error_type: int, message: str, *args: object) -> None:
        super().__init__(message, *args)
        self.error_type = error_type
        self.message = message


class FileData(NamedTuple):
    """A file that a database knows: base name and folder."""

    name: str
    path: str


class CalReturn:
    """Answers to a request, one for each frame: `files` and `origins`, None where none fits."""

    def __init__(self, answers: Sequence[Tuple[Any, Any]]) -> None:
        self.files = [file for file, _ in answers]
        self.origins = [origin for _, origin in answers]

    def items(self) -> List[Tuple[Any, Any]]:
        return list(zip(self.files, self.origins))

    def __iter__(self) -> Iterator[Any]:
        return iter((self.files, self.origins))

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> Tuple[Any, Any]:
        return self.files[index], self.origins[index]


class LocalDB:
    """A calibration database in a file, which the commands and DRAGONS 3 can use as well.

    `dbfile`: "~" is expanded; a folder means `<folder>/cal_manager.db`."""

    def __init__(self, dbfile: PathLike, name: Optional[str] = None,
                 valid_caltypes: Optional[Sequence[str]] = None, procmode: Optional[str] = None,
                 get_cal: bool = True, store_cal: bool = True, log: Any = None,
                 force_init: bool = False) -> None:
        path = os.path.expanduser(os.fspath(dbfile))
        if os.path.isdir(path) or path.endswith("/"):
            path = os.path.join(path, "cal_manager.db")
        self.dbfile = path
        self.name = name or os.fspath(dbfile)
        self.procmode, self.get_cal, self.store_cal = procmode, get_cal, store_cal
        self.caltypes = list(valid_caltypes or _core.calibration_types())
        self._log = log or logger
        if force_init:
            self.init(wipe=True)

    def __repr__(self) -> str:
        return f"<LocalDB {self.dbfile}>"

    def _store(self) -> Any:
        if not os.path.exists(self.dbfile):
            raise LocalManagerError(ERROR_MISSING_DATABASE_FILE,
                                    f"Unable to find calibration database file {self.dbfile}")
        try:
            return _core.CalibrationStore(self.dbfile)
        except DatabaseError as error:
            raise LocalManagerError(ERROR_CANT_READ, str(error)) from None

    def init(self, wipe: Union[bool, str] = False) -> None:
        """Makes an empty database. LocalManagerError when the file exists, unless `wipe`
        (True or 'w') is given."""
        if os.path.exists(self.dbfile) and not wipe:
            raise LocalManagerError(ERROR_CANT_WIPE,
                                    f"{self.dbfile!r} exists and won't be wiped")
        folder = os.path.dirname(self.dbfile)
        try:
            if folder:
                os.makedirs(folder, exist_ok=True)
            _core.CalibrationStore.create(self.dbfile, bool(wipe))
        except (OSError, DatabaseError) as error:
            raise LocalManagerError(
                ERROR_CANT_CREATE,
                "There was an error when trying to create the database "
                f"{self.dbfile}. Please, check your path and permissions. ({error})") from None

    def add_cal(self, path: PathLike) -> None:
        """Registers a processed calibration. OSError when it is missing, ValueError when its tags
        are not those of a calibration."""
        text = os.path.expanduser(os.fspath(path))
        store = self._store()
        if not os.path.isfile(text):
            raise OSError(f"File {text} does not exist.")
        try:
            store.add(text)
        except InputError as error:
            if "tags" in str(error).lower():
                raise ValueError("Tags do not indicate this is a valid calibration file. "
                                 f"({error})") from None
            raise

    def add_directory(self, path: PathLike, walk: bool = False) -> None:
        """Registers the calibrations among the FITS files of a folder; `walk`: and below it.
        Files that are none are named in a warning."""
        text = os.path.expanduser(os.fspath(path))
        if not os.path.isdir(text):
            raise OSError(f"{text} is not a folder")
        pattern = "**/*.fits" if walk else "*.fits"
        for file in sorted(glob.glob(os.path.join(glob.escape(text), pattern), recursive=walk)):
            try:
                self.add_cal(file)
            except (ValueError, InputError) as error:
                self._log.warning(f"{file}: {error}")

    def remove_cal(self, name: str) -> None:
        """Takes a file out of the database, by base name; the file stays. OSError when unknown."""
        store = self._store()
        name = os.path.basename(name)
        if name not in [entry for entry, _ in store.entries()]:
            raise OSError(f"Could not find any {name} file in the database")
        store.remove(name)

    def list_files(self) -> Iterator[FileData]:
        """The files that the database knows, by name."""
        return (FileData(name, folder) for name, folder in self._store().entries())

    def get_calibrations(self, ads: Union[AstroData, Iterable[AstroData]], caltype: str,
                         procmode: Optional[str] = None, howmany: int = 1) -> CalReturn:
        """The best calibration of a type for each frame. ValueError for an unknown type."""
        if caltype not in self.caltypes:
            raise ValueError(f"Calibration type '{caltype}' not recognized")
        frames = [ads] if isinstance(ads, AstroData) else list(ads)
        if not self.get_cal:
            return CalReturn([(None, None)] * len(frames))
        store = self._store()
        answers: List[Tuple[Any, Any]] = []
        for frame in frames:
            frame._flush()
            found, notes = store.find(frame._frame, caltype, procmode or self.procmode or "sq")
            for note in notes:
                self._log.warning(note)
            if found is not None and howmany != 1:
                answers.append(([found], [self.name]))
            else:
                answers.append((found, self.name if found is not None else None))
        return CalReturn(answers)

    def __getattr__(self, name: str) -> Any:
        caltype = name[4:]
        if name.startswith("get_") and caltype in _core.calibration_types():
            return lambda ads, **kwargs: self.get_calibrations(ads, caltype, **kwargs)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def store_calibration(self, cals: Any, caltype: Optional[str] = None) -> None:
        """Registers files, or frames that have been written; ValueError for one that has no file."""
        for cal in cals if isinstance(cals, (list, tuple)) else [cals]:
            path = cal.path if isinstance(cal, AstroData) else cal
            if path is None:
                raise ValueError("a calibration in memory has no file to register: write() it first")
            self.add_cal(path)


def set_local_database(config_file: Optional[PathLike] = None) -> LocalDB:
    """The one local database of the configuration (dragonsrc). OSError without a configuration,
    ValueError when it lists none, or several."""
    config: Dict[str, Any] = _core.calibration_config(
        None if config_file is None else os.fspath(config_file))
    if not config["files"]:
        raise OSError("Cannot read config file.")
    local = [line for line in config["databases"] if not line["remote"]]
    if not local:
        raise ValueError("No local database file is listed in the config file.")
    if len(local) > 1:
        raise ValueError("Multiple local database files are listed in the config file.")
    line = local[0]
    return LocalDB(line["path"], name=line["location"], get_cal=line["get"],
                   store_cal=line["store"])
