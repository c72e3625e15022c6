// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The other end of a radio's line: a driver that says exactly what a test wants.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "image/source.hpp"
#include "ports/serial_radio/frame.hpp"
#include "ports/serial_radio/messages.hpp"
#include "ports/serial_radio/window.hpp"
#include "radio/patch.hpp"
#include "twin/air/keys.hpp"

namespace linnet::air {

inline constexpr hal::RadioFirmware kFirmware{0x01020E08, 1};

struct Driver {
  using Json = nlohmann::json;
  using Message = serial_radio::Message;
  using Side = serial_radio::Side;
  using Type = serial_radio::Type;
  struct Said {
    std::uint8_t type = 0;
    std::uint8_t number = 0;
    Blob payload;
  };

  std::function<void(Bytes line)> send;
  std::function<void()> wait;  ///< For more from the radio, for about 50 ms.

  std::array<std::byte, serial_radio::kMaxLineSize> line{};
  serial_radio::Receiver receiver{line};
  std::vector<Said> said;  ///< What the radio has said.
  std::uint8_t last_number = 0;
  Blob body;  ///< Of the last answer.
  serial_radio::FrameWindow window;
  bool overran = false;  ///< A frame came for which no place was promised.

  void Say(Type type, Bytes payload, std::uint8_t number) {
    std::array<std::byte, serial_radio::kMaxLineSize> out;
    send(*serial_radio::Encode({static_cast<std::uint8_t>(type), number, payload}, out));
  }
  void Hear(Bytes bytes) {
    for (const std::byte byte : bytes) {
      if (const Result<Message> m = receiver.Take(byte); m.ok()) {
        said.push_back({m->type, m->number, BlobOf(m->payload)});
      }
    }
  }
  /// The status of the answer; kPending: none has come while 200 times was waited.
  Status Order(Type command, Bytes payload = {}) {
    const std::uint8_t number = ++last_number;
    Say(command, payload, number);
    for (int i = 0; i < 200 && !AnswerTo(command, number); ++i) {
      wait();
    }
    const Said* const answer = AnswerTo(command, number);
    if (answer == nullptr) {
      return Code::kPending;
    }
    body = Blob(answer->payload.begin() + 1, answer->payload.end());
    return serial_radio::DecodeAnswer(answer->payload)->status;
  }
  const Said* AnswerTo(Type command, std::uint8_t number) const {
    for (const Said& one : said) {
      if (one.type == serial_radio::AnswerTo(command) && one.number == number) {
        return &one;
      }
    }
    return nullptr;
  }
  std::size_t Count(Type type) const {
    return static_cast<std::size_t>(std::count_if(said.begin(), said.end(), [type](const Said& s) {
      return s.type == static_cast<std::uint8_t>(type);
    }));
  }

  Status PowerOn(hal::RadioFirmware required = kFirmware) {
    return Order(Type::kPowerOn, serial_radio::EncodePowerOn({1, required}));
  }
  /// A container of four small images, and what a driver makes of it.
  struct Patch {
    Blob bytes = Blob(4096);
    radio::Patch read;
  };
  static Patch MakePatch() {
    Patch patch;
    std::array<std::array<std::byte, 300>, 4> data;
    std::array<radio::ImageContent, hal::kRadioImageCount> images;
    for (std::size_t i = 0; i < images.size(); ++i) {
      data[i].fill(static_cast<std::byte>(i + 1));
      images[i] = {static_cast<hal::RadioImage>(i), Bytes(data[i]).first(200 + i * 20)};
    }
    const Bytes written = *radio::WritePatch(kFirmware, images, patch.bytes);
    patch.bytes.resize(written.size());
    image::MemorySource source(patch.bytes);
    patch.read = *radio::ReadPatch(source);
    return patch;
  }
  Status LoadImages(const Patch& patch, std::size_t count = 4) {
    for (std::size_t i = 0; i < count; ++i) {
      const radio::PatchImage& image = patch.read.images[i];
      LINNET_TRY(Order(
          Type::kBeginImage,
          serial_radio::EncodeBeginImage({static_cast<std::uint8_t>(image.type), image.length})));
      Bytes left = Bytes(patch.bytes).subspan(image.offset, image.length);
      while (!left.empty()) {
        const std::size_t size = std::min<std::size_t>(left.size(), 64);
        LINNET_TRY(Order(Type::kWrite, left.first(size)));
        left = left.subspan(size);
      }
    }
    return OkStatus();
  }
  Status Start(const Patch& patch = MakePatch()) {
    LINNET_TRY(PowerOn());
    LINNET_TRY(Order(Type::kReset));
    LINNET_TRY(Order(Type::kBeginPatch, serial_radio::EncodeBeginPatch(patch.read.header)));
    LINNET_TRY(LoadImages(patch));
    LINNET_TRY(Order(Type::kFinishPatch));
    return Order(Type::kBoot);
  }
  Status Join(const Json& place, const std::string& passphrase = "correct horse") {
    std::array<std::byte, serial_radio::kMaxJoinSize> out;
    const std::string ssid = place["ssid"];
    return Order(Type::kJoin, *serial_radio::EncodeJoin(
                                  {ssid, *ParseMac(place["bssid"].get<std::string>()),
                                   place["channel"], hal::WifiSecurity::kWpa2Psk, passphrase},
                                  out));
  }
  Status OpenAp(const std::string& passphrase = "for the lamp", std::uint8_t stations = 2) {
    std::array<std::byte, serial_radio::kMaxStartApSize> out;
    return Order(Type::kStartAp,
                 *serial_radio::EncodeStartAp({"lamp", passphrase, 6, stations}, out));
  }
  void Promise(std::uint8_t room) {
    Say(Type::kCredit, serial_radio::EncodeCredit(window.Grant(room)), 0);
  }
  /// What the chip has sent as frames since the last time.
  std::vector<Blob> TakeFrames() {
    std::vector<Blob> frames;
    for (const Said& one : std::exchange(said, {})) {
      if (one.type == static_cast<std::uint8_t>(Type::kFrame)) {
        overran = !window.Receive(one.number) || overran;
        frames.push_back(one.payload);
      }
    }
    return frames;
  }
  void SendFrame(Side side, const Blob& ethernet) {
    Blob payload = BlobOf(serial_radio::FrameHead(side));
    payload.insert(payload.end(), ethernet.begin(), ethernet.end());
    Say(Type::kFrame, payload, window.Send());
  }
};

}  // namespace linnet::air
