// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "astrodata/plane_budget.h"

#include "base/buffer_pool.h"

namespace wyvern {

void PlaneBudget::put_aside(AstroData& frame) {
  for (Extension& extension : frame.extensions) {
    put_aside(extension.data);
    put_aside(extension.variance);
    put_aside(extension.mask);
    for (auto& [name, attachment] : extension.other) {
      if (auto* plane = std::get_if<Plane>(&attachment)) put_aside(*plane);
    }
  }
}

void PlaneBudget::put_aside(Plane& plane) {
  if (plane.loaded() && pool_use().in_use > limit_) spill(plane, file());
}

std::shared_ptr<ScratchFile> PlaneBudget::file() {
  const std::lock_guard lock(mutex_);
  if (file_ == nullptr) file_ = ScratchFile::make(folder_);
  return file_;
}

}  // namespace wyvern
