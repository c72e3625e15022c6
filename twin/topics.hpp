// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The reserved topics of AWS IoT that the twin answers, and the names that may stand in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::twin {

enum class Operation {
  kShadowGet,
  kShadowUpdate,
  kShadowDelete,
  kJobsGetPending,
  kJobsStartNext,
  kJobDescribe,
  kJobUpdate,
  kStreamDescribe,
  kStreamGet,
};

/// The two forms of messages about streams: bytes are a binary value in CBOR and base64 in JSON.
enum class StreamFormat { kJson, kCbor };

/// A request that a thing published, as its topic tells it.
struct Request {
  Operation operation;
  std::string topic;  ///< Answers go to `topic` + "/accepted" or "/rejected".
  std::string thing;
  std::string shadow;       ///< Name of a named shadow; empty for the classic one and for jobs.
  std::string job;          ///< Job id or "$next"; empty unless the operation is about one job.
  std::string stream = {};  ///< Only of the stream operations,
  StreamFormat format = StreamFormat::kJson;  ///< whose answers go elsewhere.
};

/// Nothing when the topic is no request that the twin serves (an answer, telemetry, a malformed
/// name).
std::optional<Request> ParseRequestTopic(std::string_view topic);

/// "$aws/things/T/shadow" or "$aws/things/T/shadow/name/N".
std::string ShadowPrefix(std::string_view thing, std::string_view shadow);

/// "$aws/things/T/streams/S/".
std::string StreamPrefix(std::string_view thing, std::string_view stream);

/// At most 128 characters out of a-z A-Z 0-9 : _ -
bool IsThingName(std::string_view name);
/// At most 64 characters out of a-z A-Z 0-9 : _ -
bool IsShadowName(std::string_view name);
/// At most 64 characters out of a-z A-Z 0-9 _ -
bool IsJobId(std::string_view id);
/// At most 128 characters out of a-z A-Z 0-9 _ -
bool IsStreamId(std::string_view id);

/// The topic filters that bring every request of every thing, and all telemetry.
std::vector<std::string> ServiceSubscriptions();

/// Telemetry of a thing is published under "dt/linnet/THING/"; the thing's name, or nothing.
std::optional<std::string> ParseTelemetryTopic(std::string_view topic);

}  // namespace linnet::twin
