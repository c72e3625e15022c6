// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Whatever lies in the flash, mounting ends, and the journal works afterwards.
#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/endian.hpp"
#include "flash/journal.hpp"
#include "flash/testing/plain_flash.hpp"

namespace linnet::flash {
namespace {

using testing::PlainFlash;

std::size_t ReadAll(Journal& journal) {
  std::array<std::byte, 2048> value{};
  std::size_t count = 0;
  Result<std::uint16_t> key = journal.NextKey(0);
  for (; key.ok(); key = journal.NextKey(*key + 1U)) {
    const Result<std::size_t> size = journal.Read(*key, value);
    LINNET_ASSERT(size.ok() && *size <= journal.max_value_size());
    ++count;
  }
  LINNET_ASSERT(key.code() == Code::kNotFound);
  return count;
}

/// A journal with a few records, a full first bank and one move behind it.
void Prepare(PlainFlash& flash) {
  Journal journal(flash);
  LINNET_ASSERT(journal.Mount().ok());
  std::array<std::byte, 100> value{};
  for (std::uint32_t i = 0; i < 24; ++i) {
    StoreLe32(i, value);
    const auto size = 4 + i * 3;
    LINNET_ASSERT(journal.Write(static_cast<std::uint16_t>(i % 5), Bytes(value).first(size)).ok());
  }
}

/// The first byte chooses the geometry, and whether the rest is the content itself or a list of
/// changes to a journal: offset (2 bytes), value.
void Run(Bytes input) {
  const auto choice = std::to_integer<unsigned>(input.front());
  input = input.subspan(1);
  const std::array<std::uint32_t, 4> units = {1, 4, 8, 32};
  PlainFlash flash(units[choice & 3], (choice & 4) != 0 ? std::byte{0x00} : std::byte{0xFF});
  if ((choice & 8) == 0) {
    CopyBytes(input, flash.content());
  } else {
    Prepare(flash);
    for (; input.size() >= 3; input = input.subspan(3)) {
      flash.content()[LoadLe16(input) % flash.content().size()] = input[2];
    }
  }
  flash.ForgetRules();
  Journal journal(flash);
  LINNET_ASSERT(journal.Mount().ok());
  const std::size_t count = ReadAll(journal);
  LINNET_ASSERT(journal.Mount().ok());
  LINNET_ASSERT(ReadAll(journal) == count);
  const Status written = journal.Write(77, AsBytes("works"));
  LINNET_ASSERT(written.ok() || written.code() == Code::kResourceExhausted);
  LINNET_ASSERT(journal.Keep([](std::uint16_t key) { return key == 77; }).ok());
  LINNET_ASSERT(ReadAll(journal) == (written.ok() ? 1U : 0U));
  LINNET_ASSERT(journal.Write(77, AsBytes("works still")).ok());
}

}  // namespace
}  // namespace linnet::flash

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) {
    linnet::flash::Run(std::as_bytes(std::span(data, size)));
  }
  return 0;
}
