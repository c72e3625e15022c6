// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What can be done to a running board from outside, besides cutting its power.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace linnet::board {

/// The socket of QEMU's monitor of the board on that file: `<flash_file>.monitor`.
std::filesystem::path MonitorSocket(const std::filesystem::path& flash_file);

/// Pulls the network cable of the board that runs on `flash_file`, or puts it in. Throws Error when
/// no board runs there, it has no network, or the path is too long for a socket.
void SetLink(const std::filesystem::path& flash_file, bool up);

/// Presses the user button of the board that runs on `flash_file`, and lets it go after `hold`.
/// Throws Error.
void PressButton(const std::filesystem::path& flash_file, std::chrono::milliseconds hold);

/// `size` bytes of the memory of the board that runs on `flash_file`, at an address as the bus has
/// it, past all that its software would show. Throws Error.
std::vector<std::byte> ReadMemory(const std::filesystem::path& flash_file, std::uint32_t address,
                                  std::uint32_t size);

}  // namespace linnet::board
