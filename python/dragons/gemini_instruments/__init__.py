# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""In DRAGONS this registers the instruments' classes; the core knows them without."""
