// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The Jobs machine: one firmware job at a time, from the queue to its accepted end.
#pragma once

#include <cstdint>

#include "aws/job_document.hpp"
#include "aws/job_execution.hpp"
#include "aws/service.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "hal/entropy.hpp"

namespace linnet::aws {

/// A job to work on. Views live until the job is over; `url` and `stream` only until Jobs::Refresh.
struct Job {
  StringView id;
  JobStatus status = JobStatus::kQueued;  ///< kInProgress: begun before, perhaps before a reset.
  StringView version{};                   ///< `fwversion`; empty: not said.
  std::uint32_t size = 0;                 ///< 0: not said.
  StringView url{};                       ///< Empty when it comes from a stream.
  StringView stream{};                    ///< As `url`; empty when there is a URL.
  std::uint8_t file_id = 0;               ///< Of the stream.
  bool refreshed = false;                 ///< The answer to Refresh: the same job, with a new URL.
};

/// How often the service hears of a job.
struct JobsTiming {
  /// Progress goes out no more often than this.
  Milliseconds progress_interval{5000};
  /// Minutes of silence after which the service gives a begun job up (TIMED_OUT): 1 to 10080, or 0
  /// to leave that to the job's own configuration. Every update in progress starts the timer anew;
  /// when there is nothing new to say the last one is repeated at half of that time.
  std::uint32_t step_timeout_minutes = 0;
};

/// Called from inside OnMessage. It may call back into Jobs.
class JobListener {
 public:
  virtual void OnJob(const Job& job) = 0;
  /// The service has been asked, and there is none.
  virtual void OnNoJob() {}
  /// The job is no longer ours: canceled, removed, timed out. Stop working on it. kUnknown: the
  /// service takes no update of it any more and does not say why.
  virtual void OnJobGone(StringView id, JobStatus status) = 0;
  /// The terminal status has reached the service: what is kept about the job may go. Also for a job
  /// that the machine refused by itself.
  virtual void OnJobEnded(StringView id, JobStatus status) = 0;

 protected:
  ~JobListener() = default;  // nobody deletes through it
};

/// - It asks for the head of the queue on every connection, and follows `notify-next`.
/// - A document that this device cannot use never reaches the listener: unknown operations are
///   REJECTED, others FAILED, with the `reason` in statusDetails.
/// - Every update carries `expectedVersion`. After a mismatch, or when the queue got another head
///   while a job is worked on, the execution is read again before anything else: so a cancelled,
///   removed or timed-out job is noticed.
/// - Progress goes out at most once an interval, and always the latest; a terminal status goes out
///   at once and is repeated until the service has it.
/// - A step timeout is set with each update in progress, and kept from passing while we work.
class Jobs final : public Service {
 public:
  /// All outlive the machine. `url` holds the job's URL, net::kMaxUrlLength bytes for signed ones.
  Jobs(StringView thing, JobListener& listener, hal::Entropy& entropy, Span<char> url,
       const JobsTiming& timing = {});

  /// Says how the job stands: kInProgress, kSucceeded, kFailed or kRejected. The newest call wins.
  /// kFailedPrecondition: there is no job, or its end was already said. kInvalidArgument: another
  /// status. Details of progress that StatusDetails refuses: its code; those of an end are left
  /// out.
  Status Report(JobStatus status, Span<const Detail> details);
  /// Asks for the document again, because its URL has expired; OnJob brings it. The old URL is void
  /// from now on. kFailedPrecondition: there is no job, or its end was already said.
  Status Refresh();

  void OnReady() override;
  void OnOffline() override;
  Status OnTopic(StringView topic) override;
  Status Next(Instant now, Request& out) override;
  [[nodiscard]] Instant wake() const override;

  /// The job at hand; empty: none.
  [[nodiscard]] StringView job_id() const;

 private:
  enum class State : std::uint8_t {
    kIdle,       ///< The queue is empty, or we are not connected.
    kFetching,   ///< The head of the queue is to be asked for.
    kWorking,    ///< The listener has a job.
    kFinishing,  ///< Its terminal status is on its way.
  };
  enum class Flight : std::uint8_t { kHead, kReread, kRefresh, kUpdate };
  enum class Error : std::uint8_t {
    kThrottled,   ///< RequestThrottled.
    kInternal,    ///< InternalError.
    kMismatch,    ///< VersionMismatch.
    kTransition,  ///< InvalidStateTransition.
    kTerminal,    ///< TerminalStateReached.
    kNotFound,    ///< ResourceNotFound.
    kRequest,     ///< Anything else: this request will never do.
  };

  void OnField(StringView path, const json::Event& event) override;
  void OnComplete() override;
  void OnIncomplete() override;
  static StringView ToString(State state);
  void SetState(State state);
  [[nodiscard]] bool busy() const {
    return state_ == State::kWorking || state_ == State::kFinishing;
  }
  [[nodiscard]] bool update_due() const { return busy() && reported_ != accepted_; }

  [[nodiscard]] bool wanting() const;  ///< Some request is to be sent, or in flight.
  void OnNotify();
  void OnGetAccepted();
  void OnHead();
  void OnReread();
  void OnUpdateAccepted();
  void OnRejected();
  void OnUpdateRefused();
  void Offer();
  void Judge(DocumentProblem problem, bool refreshed);
  void Over(JobStatus status);
  [[nodiscard]] Flight ChooseFlight() const;

  JobListener& listener_;
  JobDocument document_;
  const JobsTiming timing_;
  State state_ = State::kIdle;
  Flight flight_ = Flight::kHead;
  bool online_ = false;

  // Of the message being read.
  JobsTopic::Kind topic_ = JobsTopic::Kind::kNotifyNext;
  JobExecution message_;
  Error error_ = Error::kRequest;
  bool capture_ = false;  ///< Its document is wanted.

  // The job at hand.
  JobExecution job_;
  StatusDetails details_;
  JobStatus status_ = JobStatus::kInProgress;  ///< What was last reported to us.
  std::uint32_t reported_ = 0;                 ///< Counts reports,
  std::uint32_t sent_ = 0;                     ///< the one in flight,
  std::uint32_t accepted_ = 0;                 ///< and the last that the service has.
  std::uint8_t refusals_ = 0;                  ///< Updates refused in a row.
  bool reread_ = false;
  bool refresh_ = false;
  bool fetch_again_ = false;  ///< The head changed while it was being asked for.
  Instant next_progress_ = Instant::min();
  Instant alive_at_ = kNever;  ///< When the last report is repeated, so that the step lasts.
};

}  // namespace linnet::aws
