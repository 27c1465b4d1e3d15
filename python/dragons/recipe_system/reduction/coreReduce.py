# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""DRAGONS' name for wyvern.Reduce."""

from wyvern.reduction import Reduce

__all__ = ["Reduce"]
