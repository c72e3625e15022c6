// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Power is cut at every flash operation of the store: reserving, writing, finishing, resuming,
// erasing. What was complete stays so, and what was begun can be brought to its end.
#include "release/store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "crypto/sha256.hpp"
#include "powerloss/replay_log.hpp"
#include "powerloss/shapes.hpp"
#include "release/store_view.hpp"
#include "sim/power_cut_sweep.hpp"

namespace linnet {
namespace {

using boot::testing::BoardShape;
using release::Part;
using release::PartKind;
using release::PartTag;
using release::Store;

/// A companion: any bytes, known by their SHA-256.
struct Content {
  explicit Content(std::vector<std::byte> data)
      : bytes(std::move(data)), digest(crypto::Hash(bytes)) {}
  std::vector<std::byte> bytes;
  crypto::Digest digest;
};

class StorePower : public ::testing::TestWithParam<const BoardShape*> {
 protected:
  Content Filled(std::size_t pages, std::uint32_t seed) const {
    return Content(image::testing::SampleBody(pages * geometry().page_size - 77, seed));
  }
  /// With two blank pages in the middle, and a blank end.
  Content Gapped(std::uint32_t seed) const {
    std::vector<std::byte> bytes = Filled(5, seed).bytes;
    const std::size_t page = geometry().page_size;
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(page), 2 * page,
                geometry().erased_value);
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(4 * page + 9), bytes.end(),
              geometry().erased_value);
    return Content(bytes);
  }
  const hal::FlashGeometry& geometry() const { return GetParam()->store; }

  static Status Write(Store& store, const Content& content, PartTag tag) {
    LINNET_TRY(
        store.Begin(PartKind::kCompanion, static_cast<std::uint32_t>(content.bytes.size()), tag));
    const std::size_t piece = std::max(277U, store.region().geometry().page_size / 24 + 1);
    while (store.position() < content.bytes.size()) {
      const Bytes rest = Bytes(content.bytes).subspan(store.position());
      LINNET_TRY(store.Write(rest.first(std::min(rest.size(), piece))));
    }
    return store.Finish(content.digest);
  }

  bool Holds(const Store& store, const Content& content) {
    const Result<Part> part = store.Find(content.digest);
    if (!part.ok() || part->length != content.bytes.size()) {
      return false;
    }
    std::vector<std::byte> found(part->length);
    return flash_.Read(part->offset, found).ok() && found == content.bytes;
  }

  void Sweep(const std::string& name, const std::function<void()>& setup,
             const std::function<void(Store&)>& run, const std::function<void(Store&)>& check) {
    const auto mounted = [this](const std::function<void(Store&)>& use) {
      return [this, use] {
        Store store(flash_);
        if (store.Mount().ok()) {
          use(store);
        }
      };
    };
    const sim::SweepScenario scenario = {
        .name = name + "/" + std::string(GetParam()->name),
        .setup = setup,
        .run = mounted(run),
        // Whoever was interrupted does the same again.
        .recover = mounted(run),
        .forget = nullptr,
        .check =
            [this, check] {
              Store store(flash_);
              ASSERT_EQ(store.Mount(), OkStatus());
              check(store);
            },
    };
    const sim::SweepResult result =
        sim::RunPowerCutSweep(power_, {&flash_}, scenario, powerloss::Options(*GetParam()));
    sim::PrintSweep("powerloss", scenario, result);
  }

  powerloss::ReplayLog log_;
  sim::Power power_;
  sim::NorFlash flash_{GetParam()->store, power_};
};

TEST_P(StorePower, WriteAndResume) {
  const Content kept = Filled(1, 1);
  const Content wanted = Filled(3, 2);
  Sweep(
      "store_write",
      [&] {
        Store store(flash_);
        ASSERT_EQ(store.Mount(), OkStatus());
        ASSERT_EQ(Write(store, kept, 1), OkStatus());
      },
      [&](Store& store) {
        if (!store.Find(wanted.digest).ok()) {
          IgnoreStatus(Write(store, wanted, 2));
        }
      },
      [&](Store& store) {
        EXPECT_TRUE(Holds(store, kept)) << "another part was hurt";
        EXPECT_TRUE(Holds(store, wanted)) << "the part could not be brought to its end";
        EXPECT_EQ(store.part_count(), 2U) << "something is left over";
      });
}

TEST_P(StorePower, BlankPagesInTheContent) {
  const Content wanted = Gapped(3);
  Sweep(
      "store_gap", [&] { /* an empty store */ },
      [&](Store& store) {
        if (!store.Find(wanted.digest).ok()) {
          IgnoreStatus(Write(store, wanted, 2));
        }
      },
      [&](Store& store) {
        EXPECT_TRUE(Holds(store, wanted));
        EXPECT_EQ(store.part_count(), 1U);
      });
}

TEST_P(StorePower, EraseAndReuse) {
  const Content old = Filled(4, 4);
  const Content kept = Filled(1, 5);
  const Content next = Filled(4, 6);
  Sweep(
      "store_erase",
      [&] {
        Store store(flash_);
        ASSERT_EQ(store.Mount(), OkStatus());
        ASSERT_EQ(Write(store, old, 1), OkStatus());
        ASSERT_EQ(Write(store, kept, 2), OkStatus());
      },
      [&](Store& store) {
        const Status erased = store.Erase(old.digest, {});
        if ((erased.ok() || erased == Code::kNotFound) && !store.Find(next.digest).ok()) {
          IgnoreStatus(Write(store, next, 3));
        }
      },
      [&](Store& store) {
        EXPECT_FALSE(store.Find(old.digest).ok());
        EXPECT_TRUE(Holds(store, kept));
        EXPECT_TRUE(Holds(store, next));
        EXPECT_EQ(store.part_count(), 2U);
      });
}

TEST_P(StorePower, DirectoryRollsOver) {
  const Content kept = Filled(1, 7);
  Sweep(
      "store_roll",
      [&] {
        Store store(flash_);
        ASSERT_EQ(store.Mount(), OkStatus());
        ASSERT_EQ(Write(store, kept, 1), OkStatus());
      },
      [&](Store& store) {
        for (PartTag tag = 10; tag < 22; ++tag) {
          if (!store.Begin(PartKind::kCompanion, 100, tag).ok() || !store.Abandon(tag).ok()) {
            return;
          }
        }
      },
      [&](Store& store) {
        EXPECT_TRUE(Holds(store, kept));
        EXPECT_EQ(store.part_count(), 1U);
      });
}

INSTANTIATE_TEST_SUITE_P(Shapes, StorePower, ::testing::ValuesIn(powerloss::Shapes()),
                         [](const auto& shape) { return std::string(shape.param->name); });

}  // namespace
}  // namespace linnet
