# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""DRAGONS' names for wyvern.calibrations."""

from wyvern.calibrations import CalReturn, FileData, LocalDB, LocalManagerError, set_local_database

__all__ = ["CalReturn", "FileData", "LocalDB", "LocalManagerError", "set_local_database"]
