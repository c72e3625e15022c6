// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The flashes that power-cut sweeps run on, and how long they may take.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "boot/testing/simulated_device.hpp"
#include "sim/power_cut_sweep.hpp"

namespace linnet::powerloss {

using boot::testing::BoardShape;
using boot::testing::kOnes;
using boot::testing::kReferenceShape;
using boot::testing::kZeros;

/// Execution area and store differ in pages and units, both ways; the store's directory takes 8 KiB
/// or two pages of it.
inline constexpr std::array kAllShapes = {
    kReferenceShape,
    BoardShape{"small_pages",
               {8 * 512, 512, 8, kOnes},
               {16 * 512 + 24 * 512, 512, 1, kOnes},
               {4 * 1024, 1024, 8, kOnes}},
    BoardShape{"wide_units_zero",
               {4 * 2048, 2048, 32, kZeros},
               {8 * 1024 + 16 * 1024, 1024, 16, kZeros},
               {2 * 2048, 2048, 32, kZeros}},
    BoardShape{"coarse_store",
               {6 * 1024, 1024, 4, kOnes},
               {2 * 8192 + 8 * 8192, 8192, 4, kOnes},
               {2 * 1024, 1024, 4, kOnes}},
    BoardShape{"coarse_execution",
               {2 * 8192, 8192, 16, kOnes},
               {8 * 1024 + 40 * 1024, 1024, 2, kOnes},
               {2 * 8192, 8192, 16, kOnes}},
    BoardShape{"zero_store_only",
               {4 * 2048, 2048, 2, kOnes},
               {2 * 4096 + 6 * 4096, 4096, 8, kZeros},
               {2 * 2048, 2048, 2, kOnes}},
    BoardShape{"largest_pages",
               {2 * 65536, 65536, 16, kOnes},
               {2 * 65536 + 6 * 65536, 65536, 1, kOnes},
               {2 * 4096, 4096, 16, kOnes}},
};

/// Boards with further boot images, in areas of other pages, units and erased values than the
/// application's and the store's.
inline constexpr std::array kSetShapes = {
    BoardShape{"set_of_two",
               {4 * 512, 512, 8, kOnes},
               {16 * 512 + 48 * 512, 512, 1, kOnes},
               {4 * 1024, 1024, 8, kOnes},
               {{{4 * 512, 512, 4, kOnes}}}},
    BoardShape{
        "set_of_four",
        {4 * 2048, 2048, 32, kZeros},
        {8 * 1024 + 64 * 1024, 1024, 16, kZeros},
        {2 * 2048, 2048, 32, kZeros},
        {{{4 * 1024, 1024, 8, kOnes}, {2 * 4096, 4096, 1, kZeros}, {4 * 512, 512, 16, kOnes}}}},
    BoardShape{"set_of_three_coarse",
               {6 * 1024, 1024, 4, kOnes},
               {2 * 8192 + 14 * 8192, 8192, 4, kOnes},
               {2 * 1024, 1024, 4, kOnes},
               {{{2 * 8192, 8192, 1, kZeros}, {4 * 1024, 1024, 32, kOnes}}}},
};

/// The first of each, all with LINNET_FULL=1.
inline std::vector<const BoardShape*> Shapes() {
  std::vector<const BoardShape*> shapes;
  const std::size_t count = sim::FullSweeps() ? kAllShapes.size() : 3;
  for (const BoardShape& shape : std::span(kAllShapes).first(count)) {
    shapes.push_back(&shape);
  }
  return shapes;
}
inline std::vector<const BoardShape*> ShapesAndSets() {
  std::vector<const BoardShape*> shapes = Shapes();
  const std::size_t count = sim::FullSweeps() ? kSetShapes.size() : 2;
  for (const BoardShape& shape : std::span(kSetShapes).first(count)) {
    shapes.push_back(&shape);
  }
  return shapes;
}

/// Nearly three pages of the execution area; a little more than one where those are large.
inline std::size_t BodySize(const BoardShape& shape) {
  const std::size_t page = shape.execution.page_size;
  return page < 8192 ? 3 * page - 300 : page + 808;
}

/// The further boot images of a release: the second is the same in all.
inline std::vector<release::testing::SamplePart> PartsOf(const BoardShape& shape,
                                                         std::uint8_t version) {
  std::vector<release::testing::SamplePart> parts;
  for (std::size_t i = 0; i < shape.others.size(); ++i) {
    if (shape.others[i].size != 0) {
      const std::uint8_t own = i == 1 ? 1 : version;
      const std::size_t body = shape.others[i].size < 4096 ? 900 : 2500;
      parts.push_back(release::testing::MakeBootImage(static_cast<std::uint8_t>(i + 1), own,
                                                      {.body_size = body}));
    }
  }
  return parts;
}

/// Short: every single cut. Full: more torn variants; a second cut at every operation of what
/// follows the first where pages are small, here and there where a case takes its time; and three
/// cuts at random.
inline sim::SweepOptions Options(const BoardShape& shape) {
  if (!sim::FullSweeps()) {
    return {.unreadable = true};
  }
  const std::uint32_t page = shape.execution.page_size;
  const bool small = page == 512;
  return {.seeds = small ? 1U : 2U,
          .unreadable = true,
          .second_stride = small          ? 1U
                           : page <= 4096 ? 29U
                                          : 97U,
          .random_triples = 2000};
}

}  // namespace linnet::powerloss
