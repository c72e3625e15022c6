// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "radio/patch.hpp"
#include "tests/conformance/suites.hpp"

namespace linnet::conformance {
namespace {

class RadioTester {
 public:
  RadioTester(const RadioSetup& setup, Report& report)
      : setup_(setup), radio_(setup.radio), report_(report) {}

  void Run() {
    image::MemorySource source(setup_.patch);
    const Result<radio::Patch> patch = radio::ReadPatch(source);
    {
      Case test(report_, kSuite, "there is a patch to test with");
      test.Expect(patch.ok(), "it cannot be read");
      test.Expect(patch.ok() && radio_.required_firmware() == patch->header.firmware,
                  "it is not for this radio");
    }
    if (!patch.ok()) {
      return;
    }
    patch_ = *patch;
    Order();
    Boots();
    Forgets();
    OtherVersions();
    Incomplete();
    Bounds();
    Damaged();
    ResetsInTheMiddle();
    radio_.PowerOff();
  }

 private:
  static constexpr std::string_view kSuite = "radio";

  /// Waits for the command that has just been given.
  Status Wait(Status begun) {
    LINNET_TRY(begun);
    const Instant end = setup_.clock.Now() + hal::kRadioCommandLimit;
    Status status = radio_.Poll();
    while (status == Code::kPending && setup_.clock.Now() < end) {
      setup_.idle.WaitUntil(setup_.clock.Now() + Milliseconds(1));
      status = radio_.Poll();
    }
    return status;
  }

  Status Ready() {
    radio_.PowerOff();
    LINNET_TRY(Wait(radio_.PowerOn()));
    return Wait(radio_.Reset());
  }

  Status Begin() {
    LINNET_TRY(Ready());
    return Wait(radio_.BeginPatch(patch_.header));
  }

  Status Write(const radio::PatchImage& image, std::size_t chunk, std::uint32_t count) {
    LINNET_TRY(Wait(radio_.BeginImage(image.type, image.length)));
    for (std::uint32_t at = 0; at < count;) {
      const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(chunk, count - at));
      LINNET_TRY(Wait(radio_.Write(setup_.patch.subspan(image.offset + at, size))));
      at += size;
    }
    return OkStatus();
  }

  Status LoadImages(std::size_t chunk) {
    for (const radio::PatchImage& image : patch_.images) {
      LINNET_TRY(Write(image, chunk, image.length));
    }
    return OkStatus();
  }

  Status Load(std::size_t chunk) {
    LINNET_TRY(Begin());
    LINNET_TRY(LoadImages(chunk));
    LINNET_TRY(Wait(radio_.FinishPatch()));
    return Wait(radio_.Boot());
  }

  void Order() {
    Case test(report_, kSuite, "commands out of order are refused");
    const std::array<std::byte, 4> chunk{};
    radio_.PowerOff();
    test.Expect(radio_.Poll() == Code::kFailedPrecondition, "off: an outcome of nothing");
    test.Expect(radio_.Reset() == Code::kFailedPrecondition, "off: reset");
    test.Expect(radio_.BeginPatch(patch_.header) == Code::kFailedPrecondition, "off: patch");
    test.Expect(Ready().ok(), "it does not become ready");
    test.Expect(radio_.PowerOn() == Code::kFailedPrecondition, "on twice");
    test.Expect(radio_.BeginImage(hal::RadioImage::kUmacPrimary, 4) == Code::kFailedPrecondition,
                "an image without a patch");
    test.Expect(radio_.Write(chunk) == Code::kFailedPrecondition, "bytes without a patch");
    test.Expect(radio_.FinishPatch() == Code::kFailedPrecondition, "the end of no patch");
    test.Expect(radio_.Boot() == Code::kFailedPrecondition, "boot without a patch");
    test.Expect(!radio_.running(), "it runs");
  }

  void Boots() {
    for (const std::size_t chunk : {std::size_t{4}, std::size_t{64}, std::size_t{512}}) {
      Case test(report_, kSuite, "a whole patch boots");
      test.Expect(Load(chunk).ok(), "it does not boot");
      test.Expect(radio_.running(), "it does not run");
    }
  }

  void Forgets() {
    Case test(report_, kSuite, "firmware is gone after power-off and after reset");
    test.Expect(Load(512).ok() && radio_.running(), "it does not boot");
    radio_.PowerOff();
    test.Expect(!radio_.running(), "off, it runs");
    test.Expect(Wait(radio_.PowerOn()).ok() && !radio_.running(), "on again, it runs");
    test.Expect(radio_.Boot() == Code::kFailedPrecondition, "boot without a patch");
    test.Expect(Load(512).ok(), "it does not boot again");
    test.Expect(Wait(radio_.Reset()).ok() && !radio_.running(), "reset, it runs");
  }

  void OtherVersions() {
    Case test(report_, kSuite, "a version that differs in any byte is refused");
    for (unsigned shift = 0; shift < 32; shift += 8) {
      hal::RadioPatch header = patch_.header;
      header.firmware.version ^= 1U << shift;
      test.Expect(Ready().ok(), "it does not become ready");
      test.Expect(Wait(radio_.BeginPatch(header)) == Code::kMismatch, "it takes it");
      test.Expect(!Wait(radio_.Boot()).ok() && !radio_.running(), "it boots it");
    }
  }

  void Incomplete() {
    Case test(report_, kSuite, "what is incomplete does not boot");
    test.Expect(Begin().ok(), "it does not begin");
    test.Expect(Write(patch_.images[0], 512, patch_.images[0].length).ok(), "no image");
    test.Expect(Wait(radio_.FinishPatch()) == Code::kMalformed, "one image is enough");
    test.Expect(!Wait(radio_.Boot()).ok() && !radio_.running(), "it boots it");
    test.Expect(Begin().ok(), "it does not begin");
    for (const radio::PatchImage& image : patch_.images) {
      const bool last = &image == &patch_.images.back();
      test.Expect(Write(image, 512, image.length - (last ? 1 : 0)).ok(), "no image");
    }
    test.Expect(Wait(radio_.FinishPatch()) == Code::kMalformed, "all but a byte is enough");
    test.Expect(!Wait(radio_.Boot()).ok() && !radio_.running(), "it boots it");
  }

  void Bounds() {
    Case test(report_, kSuite, "images come once and have their length");
    const radio::PatchImage& image = patch_.images[0];
    test.Expect(Begin().ok(), "it does not begin");
    test.Expect(Wait(radio_.BeginImage(image.type, 0)) == Code::kMalformed, "an empty image");
    test.Expect(Wait(radio_.BeginImage(image.type, 0xFFFFFFF0)) == Code::kTooLarge, "4 GiB");
    test.Expect(Write(image, 512, image.length).ok(), "no image");
    test.Expect(Wait(radio_.Write(setup_.patch.first(4))) == Code::kOutOfRange, "more bytes");
    test.Expect(Wait(radio_.BeginImage(image.type, 4)) == Code::kMalformed, "an image twice");
    test.Expect(Wait(radio_.BeginImage(patch_.images[1].type, 8)).ok(), "the next image");
    test.Expect(radio_.BeginImage(patch_.images[2].type, 8) == Code::kFailedPrecondition,
                "an image inside another");
  }

  void Damaged() {
    Case test(report_, kSuite, "damaged content does not boot");
    hal::RadioPatch header = patch_.header;
    header.digest[0] ^= std::byte{1};
    test.Expect(Ready().ok(), "it does not become ready");
    test.Expect(Wait(radio_.BeginPatch(header)).ok(), "it does not begin");
    test.Expect(LoadImages(512).ok(), "no images");
    const Status finished = Wait(radio_.FinishPatch());
    test.Expect(finished.ok() || finished == Code::kDataLoss, "another refusal");
    test.Expect(!Wait(radio_.Boot()).ok() && !radio_.running(), "it boots it");
  }

  void ResetsInTheMiddle() {
    Case test(report_, kSuite, "a reset in the middle begins anew");
    test.Expect(Begin().ok(), "it does not begin");
    test.Expect(Write(patch_.images[0], 512, patch_.images[0].length / 2).ok(), "no image");
    test.Expect(Wait(radio_.Reset()).ok(), "no reset");
    test.Expect(Wait(radio_.BeginPatch(patch_.header)).ok(), "it does not begin again");
    test.Expect(LoadImages(512).ok() && Wait(radio_.FinishPatch()).ok(), "it does not load");
    test.Expect(Wait(radio_.Boot()).ok() && radio_.running(), "it does not boot");
  }

  const RadioSetup& setup_;
  hal::Radio& radio_;
  Report& report_;
  radio::Patch patch_{};
};

}  // namespace

void RadioSuite(const RadioSetup& setup, Report& report) {
  RadioTester(setup, report).Run();
}

}  // namespace linnet::conformance
