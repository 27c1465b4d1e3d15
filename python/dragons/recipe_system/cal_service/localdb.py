# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""DRAGONS' names for wyvern.calibrations."""

from wyvern.calibrations import FileData, LocalDB, LocalManagerError

__all__ = ["FileData", "LocalDB", "LocalManagerError"]
