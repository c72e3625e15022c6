// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as each of the files of a build that are judged by content: zip, package, images.
#include <cstdint>
#include <vector>

#include "tools/doctor/archive.hpp"
#include "tools/doctor/doctor.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet;
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  const doctor::BuildFile file{.path = "fuzz", .content{bytes, bytes + size}};
  doctor::Build build{.folder = "fuzz"};
  build.package = build.app_signed = build.patch = build.patch_signed = file;
  try {
    doctor::Findings findings;
    doctor::DiagnosePackage(build, findings);
    doctor::DiagnoseImages(build, findings);
    build.archive = file;
    doctor::DiagnosePackage(build, findings);
  } catch (const layout::Error&) {
    return 0;
  }
  return 0;
}
