# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""One of DRAGONS' names; what is in it is wyvern's."""
