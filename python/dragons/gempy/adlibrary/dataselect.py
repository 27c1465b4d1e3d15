# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""DRAGONS' name for wyvern.selection."""

from wyvern.selection import expr_parser, isclose, select_data, writeheader

__all__ = ["expr_parser", "isclose", "select_data", "writeheader"]
