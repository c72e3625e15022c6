// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any message on any topic, whole and byte by byte, at two devices that must behave the same: the
// same settings, the same calls to the job's listener, the same requests.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "aws/client.hpp"
#include "aws/jobs.hpp"
#include "aws/shadow.hpp"
#include "base/view.hpp"

namespace {

using namespace linnet;       // NOLINT(*-using-namespace)
using namespace linnet::aws;  // NOLINT(*-using-namespace)

class Device final : public Publisher,
                     public Settings,
                     public ShadowVersionStore,
                     public JobListener,
                     public hal::Entropy {
 public:
  Result<std::uint16_t> Publish(StringView topic, Bytes payload, mqtt::Qos) override {
    return Add("publish ", topic, AsText(payload)), std::uint16_t{1};
  }
  [[nodiscard]] std::size_t count() const override { return 2; }
  [[nodiscard]] StringView name(std::size_t index) const override {
    return index == 0 ? "telemetry.interval_s" : "led";
  }
  StringView Apply(std::size_t index, const SettingValue& value) override {
    Add("apply ", name(index), value.text.view());
    return value.kind == SettingValue::Kind::kInteger ? "" : "not an integer";
  }
  void Report(std::size_t, json::Writer& json) const override { json.Integer(1); }
  std::int64_t Load() override { return 1; }
  Status Save(std::int64_t) override { return OkStatus(); }
  void OnJob(const Job& job) override {
    Add("job ", job.id, job.url);
    IgnoreStatus(jobs.Report(JobStatus::kInProgress, {}));
  }
  void OnJobGone(StringView id, JobStatus status) override {
    Add("gone ", id, aws::ToString(status));
  }
  void OnJobEnded(StringView id, JobStatus status) override {
    Add("ended ", id, aws::ToString(status));
  }
  Status Fill(MutableBytes) override { return OkStatus(); }

  void Receive(StringView topic, Bytes payload, std::size_t piece) {
    std::size_t offset = 0;
    do {
      const Bytes data = payload.subspan(offset, std::min(piece, payload.size() - offset));
      client.OnMessage({.topic = topic, .offset = offset, .total = payload.size(), .data = data});
      offset += data.size();
    } while (offset < payload.size());
  }

  std::array<char, 256> url{};
  ShadowBuffer<2> shadow{"b", *this, *this, *this};
  Jobs jobs{"b", *this, *this, url};
  std::array<Machine*, 2> machines{&shadow, &jobs};
  Client client{*this, machines};
  std::string heard;

 private:
  void Add(StringView what, StringView a, StringView b) {
    heard.append(what).append(a).append(" ").append(b).append("\n");
  }
};

constexpr std::array<StringView, 10> kTopics = {
    "$aws/things/b/shadow/get/accepted",     "$aws/things/b/shadow/get/rejected",
    "$aws/things/b/shadow/update/accepted",  "$aws/things/b/shadow/update/rejected",
    "$aws/things/b/shadow/update/delta",     "$aws/things/b/jobs/notify-next",
    "$aws/things/b/jobs/$next/get/accepted", "$aws/things/b/jobs/j/get/rejected",
    "$aws/things/b/jobs/j/update/accepted",  "$aws/things/b/jobs/j/update/rejected",
};

std::string Play(Bytes input, std::size_t longest_piece) {
  Device device;
  Instant now{Seconds{100}};
  device.client.OnReady();
  while (input.size() > 3) {
    now = device.client.Run(now) == kNever ? now + Seconds{1} : device.client.Run(now);
    const auto topic = std::to_integer<std::size_t>(input[0]) % kTopics.size();
    const std::size_t size = std::min(
        std::to_integer<std::size_t>(input[1]) << 8 | std::to_integer<std::size_t>(input[2]),
        input.size() - 3);
    device.Receive(kTopics[topic], input.subspan(3, size), longest_piece);
    input = input.subspan(3 + size);
  }
  device.client.Run(now);
  return device.heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = std::as_bytes(std::span(data, size));
  if (Play(input, size + 1) != Play(input, 1)) {
    std::abort();
  }
  return 0;
}
