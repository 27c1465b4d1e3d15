// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "astrodata/plane_budget.h"

#include "base/buffer_pool.h"

namespace wyvern {

void PlaneBudget::put_aside(AstroData& frame, std::size_t reserve) {
  for (Extension& extension : frame.extensions) {
    put_aside(extension.data, reserve);
    put_aside(extension.variance, reserve);
    put_aside(extension.mask, reserve);
    for (auto& [name, attachment] : extension.other) {
      if (auto* plane = std::get_if<Plane>(&attachment)) put_aside(*plane, reserve);
    }
  }
}

void PlaneBudget::put_aside(Plane& plane, std::size_t reserve) {
  if (plane.loaded() && pool_use().in_use + reserve > limit_) spill(plane, file());
}

Plane PlaneBudget::on_scratch(PixelType type, const std::vector<std::int64_t>& shape) {
  const auto pixels = static_cast<std::size_t>(Plane::on_disk(type, shape).size());
  return Plane::deferred_to(std::make_shared<ScratchPixels>(file(), type, pixels), type, shape);
}

// One after the other: of two threads that write to the same file one waits.
std::shared_ptr<ScratchFile> PlaneBudget::file() {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<ScratchFile>& file = files_[next_];
  next_ = (next_ + 1) % files_.size();
  if (file == nullptr) file = ScratchFile::make(folder_);
  return file;
}

}  // namespace wyvern
