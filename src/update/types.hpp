// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the update engine asks for, tells, and needs from the image that it is linked into.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "image/version.hpp"
#include "update/fault.hpp"

namespace linnet::update {

inline constexpr std::size_t kMaxJobId = 64;
inline constexpr std::size_t kMaxValidator = 128;
inline constexpr std::size_t kMaxCause = 192;

/// A wish for another release. The text need live only during Engine::Offer. What is wanted is
/// what the file says that it holds; where the file lies is the source's business.
struct Order {
  StringView job_id;       ///< 1 to kMaxJobId bytes.
  StringView version{};    ///< "1.2.3+4", a leading "v" is allowed; empty: not stated.
  std::uint32_t size = 0;  ///< Of the file, in bytes; 0: not stated.
};

enum class Phase : std::uint8_t {
  kIdle,         ///< Nothing to do.
  kAdopting,     ///< The confirmed release is copied into the store, which lacks it.
  kChecking,     ///< An order is judged, and the store searched for what is there already.
  kDownloading,  ///< Bytes arrive, or the next attempt is awaited.
  kVerifying,    ///< The whole release is checked.
  kStaged,       ///< The record names the candidate.
  kRebooting,    ///< The observer was asked for a reset.
  kTrial,        ///< This is the candidate, and it has to prove itself.
  kReverting,    ///< It did not; the observer was asked for the reset that takes it back.
  kConfirmed,    ///< The release is confirmed; the report is awaited.
  kFailed,       ///< The order failed; the report is awaited.
};

/// "idle", "adopting", ...: for logs and job reports.
StringView ToString(Phase phase);

struct Progress {
  StringView job_id;  ///< Empty when no job asked for it.
  Phase phase = Phase::kIdle;
  std::uint32_t done = 0;   ///< Bytes of parts that came, since the order was taken.
  std::uint32_t total = 0;  ///< Bytes of all parts that were missing.
  std::uint8_t percent = 0;
  std::uint16_t resumes = 0;  ///< Resets after which fetching went on.
  image::Version from{};      ///< What runs.
  image::Version to{};        ///< What the file brings; zeros: not known yet.
};

enum class Conclusion : std::uint8_t {
  kSucceeded,  ///< The release is confirmed.
  kFailed,     ///< It was tried, or could not be fetched; another attempt may help.
  kRejected,   ///< It will never fit this device: wrong format, size or version.
};

struct Outcome {
  StringView job_id;
  Conclusion conclusion = Conclusion::kFailed;
  Fault fault = Fault::kNone;
  StringView cause;  ///< One sentence, at most kMaxCause bytes; empty for kSucceeded.
};

/// Called from Engine calls; it may not call the engine back.
class Observer {
 public:
  /// On every change of phase, and while bytes move no more often than Config says.
  virtual void OnProgress(const Progress& progress) = 0;
  /// Repeated after every reset until Engine::OutcomeReported.
  virtual void OnOutcome(const Outcome& outcome) = 0;
  /// The location has expired: ask for the order again, and Offer() it.
  virtual void OnOrderNeeded() = 0;
  /// Everything is safe to lose: reset as soon as what is to be sent has been sent. Repeated every
  /// Config::reboot_patience until the reset comes.
  virtual void OnRebootWanted() = 0;

 protected:
  ~Observer() = default;  // nobody deletes through it
};

/// Takes the bytes of the file.
class ByteSink {
 public:
  /// In order and without gaps from the offset that was asked for. A failure ends the fetch.
  virtual Status OnBytes(std::uint32_t offset, Bytes data) = 0;

 protected:
  ~ByteSink() = default;  // nobody deletes through it
};

/// Where the ordered file comes from: HTTPS, a stream of MQTT messages, a cable. The image knows
/// the location; the engine only asks for ranges of "the file of the current order".
class ByteSource {
 public:
  /// Begins to fetch bytes [offset, offset + length). `validator` is what validator() said when the
  /// bytes before came, or empty: the file must still be the same. kFailedPrecondition: busy. Other
  /// failures as in Poll. The text outlives the fetch.
  virtual Status Fetch(std::uint32_t offset, std::uint32_t length, StringView validator,
                       ByteSink& sink) = 0;
  /// kPending: still on its way. ok: the range was delivered, or a part of it from its beginning;
  /// at least a byte, if the file has one there. kMismatch: the file is another one now.
  /// kPermissionDenied: the location has expired, a new order is needed. kNotFound: no such file.
  /// kUnauthenticated: the server is not who it should be. kUnsupported: ranges are not served.
  /// Anything else: may work later. A failure of the sink comes back as it is.
  virtual Status Poll(Instant now) = 0;
  /// An opaque name of the file's current content (ETag); empty if the source has none. At most
  /// kMaxValidator bytes; valid when Poll has returned ok.
  [[nodiscard]] virtual StringView validator() const = 0;
  /// Bytes of the whole file, as of the last answer; 0: the source does not know.
  [[nodiscard]] virtual std::uint32_t file_size() const = 0;
  /// Ends a fetch. Idempotent.
  virtual void Cancel() = 0;

 protected:
  ~ByteSource() = default;  // nobody deletes through it
};

/// One small value that survives resets; the image binds it to its settings.
class Memory {
 public:
  /// The bytes of the last complete Write, and how many. kNotFound: never written.
  virtual Result<std::size_t> Read(MutableBytes out) = 0;
  /// Power lost inside leaves the old value or the new one.
  virtual Status Write(Bytes value) = 0;

 protected:
  ~Memory() = default;  // nobody deletes through it
};

/// What proves a release on trial.
struct Health {
  bool connected = false;  ///< The cloud connection is up, with this release's own software.
  bool job_readable =
      false;                ///< A job, or the absence of one, was read over it: it can be updated.
  bool radio = true;        ///< It runs on the firmware that this release names, or needs none.
  bool application = true;  ///< The product's own verdict.
  [[nodiscard]] bool good() const { return connected && job_readable && radio && application; }
};

}  // namespace linnet::update
