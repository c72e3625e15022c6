// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The streams service: what devices ask over MQTT, and what an administrator does. From the
// "MQTT-based file delivery" chapter of the AWS IoT developer guide.
//
//   $aws/things/T/streams/S/describe/F -> description/F     {c, s, d, r: [{f, z}]}
//   $aws/things/T/streams/S/get/F      -> data/F            {c, f, l, i, p}, a message for each
//   block
//                                      or rejected/F        {o, m, c}
//
// F is "json" or "cbor".
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "twin/streams_types.hpp"
#include "twin/topics.hpp"

namespace linnet::twin {

struct StreamsOutcome {
  std::vector<Message> messages;  ///< To publish, in this order.
  std::string event;              ///< What happened, for people; empty: nothing worth a line.
  nlohmann::json data;            ///< The same for scripts.
};

struct NewStream {
  struct File {
    int id = 0;
    std::string object;
  };
  std::string id;
  std::string description;
  std::vector<File> files;
};

class StreamsService {
 public:
  static constexpr std::size_t kMaxFiles = 10;
  static constexpr std::uint64_t kMaxFileSize = std::uint64_t{24} * 1024 * 1024;
  static constexpr std::int64_t kMinBlock = 256;
  static constexpr std::int64_t kMaxBlock = 131072;
  static constexpr std::int64_t kMaxOffset = 98304;  ///< Of blocks, as of their number.
  static constexpr std::size_t kMaxBitmap = 12288;
  /// What is sent for one request at most; the device asks again for the rest.
  static constexpr std::int64_t kMaxAnswer = 131072;

  /// `objects` outlive the service.
  explicit StreamsService(StreamObjects& objects) : objects_(objects) {}

  /// Puts back a stored record.
  void Restore(Stream stream);

  /// Answers a request of one of the two stream operations.
  StreamsOutcome Handle(const Request& request, std::string_view payload);

  /// Throws RequestError: InvalidRequest (what is wrong with it), ResourceAlreadyExists,
  /// ResourceNotFound (one of the objects).
  const Stream& Create(const NewStream& stream, UnixSeconds now);
  /// The same stream with other files: its version grows by one.
  const Stream& Update(const NewStream& stream, UnixSeconds now);
  void Delete(const std::string& id);

  [[nodiscard]] const Stream* Find(const std::string& id) const;
  [[nodiscard]] const std::map<std::string, Stream>& streams() const { return streams_; }

 private:
  struct Call;

  void Describe(Call& call) const;
  void Get(Call& call) const;
  [[nodiscard]] const StreamFile& FileFor(const Stream& stream, std::int64_t id) const;
  [[nodiscard]] std::vector<StreamFile> Resolve(const NewStream& stream) const;
  Stream& Require(const std::string& id);

  StreamObjects& objects_;
  std::map<std::string, Stream> streams_;
};

}  // namespace linnet::twin
