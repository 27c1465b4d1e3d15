# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""DRAGONS' name for wyvern.logs."""

from wyvern.logs import FULLINFO, STATUS, STDINFO, change_level, config, get_logger

__all__ = ["FULLINFO", "STATUS", "STDINFO", "change_level", "config", "get_logger"]
