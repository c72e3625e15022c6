// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/serial_radio/driver.hpp"

namespace linnet::serial_radio {
namespace {

std::uint8_t Number(Type type) {
  return static_cast<std::uint8_t>(type);
}

bool IsOfStart(Type type) {
  return Number(type) <= Number(Type::kBoot);
}

}  // namespace

Status Driver::Transmit(std::uint8_t type, std::uint8_t number, Bytes payload) {
  writer_.Begin(type, number);
  writer_.Add(payload);
  return writer_.Finish();
}

/// A command that the line does not take is as one that is never answered.
void Driver::Send(Type type, Bytes payload) {
  asked_ = type;
  IgnoreStatus(Transmit(Number(type), ++number_, payload));
}

void Driver::Work() {
  std::byte byte{};
  for (std::size_t count = 0; count < kBytesAWork && line_.Take(byte); ++count) {
    if (const Result<Message> message = receiver_.Take(byte); message.ok()) {
      Handle(*message);
    }
  }
}

void Driver::Handle(const Message& message) {
  ++heard_messages_;
  switch (static_cast<Type>(message.type)) {
    case Type::kFrame:
      HandleFrame(message);
      return;
    case Type::kCredit:
      if (const Result<Credit> credit = DecodeCredit(message.payload); credit.ok() && running_) {
        window_.Take(*credit);
        SendCredit();
      }
      return;
    case Type::kLinkLost:
      link_ = {};
      return;
    case Type::kSignal:
      if (const Result<Signal> signal = DecodeSignal(message.payload);
          signal.ok() && signal->bssid == link_.bssid) {
        link_.rssi_dbm = signal->rssi_dbm;
      }
      return;
    case Type::kStationJoined:
      HandleStationEvent(message.payload, true);
      return;
    case Type::kStationLeft:
      HandleStationEvent(message.payload, false);
      return;
    default:
      HandleAnswer(message);
  }
}

void Driver::HandleAnswer(const Message& message) {
  const Result<Answer> answer = DecodeAnswer(message.payload);
  // The answer to a command that was given up is nobody's.
  if (!asked_ || message.type != AnswerTo(*asked_) || message.number != number_ || !answer.ok()) {
    return;
  }
  const Type command = *asked_;
  asked_.reset();
  if (IsOfStart(command)) {
    start_ = answer->status;
    if (command == Type::kBoot && start_->ok()) {
      HandleBooted(*answer);
    }
  } else if (command == Type::kStartAp && !stops_ap_) {
    ap_ = answer->status.ok() ? AccessPoint::kOpen : AccessPoint::kFailed;
    ap_failure_ = answer->status;
  } else {
    HandleStation(command, *answer);
  }
  Next();
}

/// The next command that waits for its turn. A leave ends the scan or the join before it.
void Driver::Next() {
  const bool ends = asked_ == Type::kScan || asked_ == Type::kJoin;
  if (!running_ || (asked_ && !(leaves_ && ends))) {
    return;
  }
  if (leaves_) {
    leaves_ = false;
    Send(Type::kLeave, {});
  } else if (order_.waits) {
    order_.waits = false;
    const bool joins = station_ == Station::kJoining;
    Send(joins ? Type::kJoin : Type::kScan, Bytes(order_.payload).first(order_.size));
  } else if (station_ == Station::kFetching) {
    Send(Type::kNextResult, {});
  } else if (stops_ap_) {
    stops_ap_ = false;
    Send(Type::kStopAp, {});
  } else if (ap_order_.waits) {
    ap_order_.waits = false;
    Send(Type::kStartAp, Bytes(ap_order_.payload).first(ap_order_.size));
  }
}

// -- Frames ---------------------------------------------------------------------------------------

void Driver::SendCredit() {
  const Credit credit = window_.Grant(kRoom);
  IgnoreStatus(Transmit(Number(Type::kCredit), 0, EncodeCredit(credit)));
}

void Driver::HandleFrame(const Message& message) {
  const Result<Frame> frame = DecodeFrame(message.payload);
  if (!frame.ok() || !running_ || !window_.Receive(message.number)) {
    return;
  }
  // Whoever has no room for it drops it: nothing here waits for anybody.
  if (sink_ != nullptr) {
    sink_->OnFrame(frame->side, frame->ethernet);
  }
  if (message.number % (kRoom / 2) == 0) {
    SendCredit();
  }
}

Status Driver::BeginFrame(Side side) {
  const bool open = side == Side::kStation ? link_.joined : access_point_open();
  if (!running_ || !open || !window_.MaySend()) {
    return Code::kUnavailable;
  }
  writer_.Begin(Number(Type::kFrame), window_.Send());
  writer_.Add(FrameHead(side));
  return OkStatus();
}

// -- Start ----------------------------------------------------------------------------------------

void Driver::ForgetAll() {
  asked_.reset();
  start_.reset();
  running_ = false;
  window_.Reset();
  station_ = Station::kNothing;
  leaves_ = stops_ap_ = order_.waits = ap_order_.waits = false;
  join_ = Code::kFailedPrecondition;
  link_ = {};
  ap_ = AccessPoint::kNone;
  events_.Clear();
}

Status Driver::Begin(Type type, Bytes payload) {
  Work();
  if (asked_ && IsOfStart(*asked_)) {
    return Code::kFailedPrecondition;
  }
  ForgetAll();
  start_ = Code::kPending;
  Send(type, payload);
  return OkStatus();
}

Status Driver::PowerOn() {
  writer_.CutOff();  // whatever was before
  receiver_.Clear();
  return Begin(Type::kPowerOn, EncodePowerOn({.required = required_}));
}

void Driver::PowerOff() {
  IgnoreStatus(Transmit(Number(Type::kPowerOff), ++number_, {}));
  ForgetAll();
}

Status Driver::Reset() {
  return start_ ? Begin(Type::kReset, {}) : Status(Code::kFailedPrecondition);
}

Status Driver::BeginPatch(const hal::RadioPatch& patch) {
  return Begin(Type::kBeginPatch, EncodeBeginPatch(patch));
}

Status Driver::BeginImage(hal::RadioImage image, std::uint32_t length) {
  return Begin(Type::kBeginImage,
               EncodeBeginImage({.type = static_cast<std::uint8_t>(image), .length = length}));
}

Status Driver::Write(Bytes chunk) {
  return Begin(Type::kWrite, chunk);
}

Status Driver::FinishPatch() {
  return Begin(Type::kFinishPatch, {});
}

Status Driver::Boot() {
  return Begin(Type::kBoot, {});
}

void Driver::HandleBooted(const Answer& answer) {
  const Result<Booted> booted = DecodeBooted(answer.body);
  if (!booted.ok()) {
    start_ = Code::kUnavailable;
    return;
  }
  macs_ = *booted;
  running_ = true;
  SendCredit();
}

Status Driver::Poll() {
  Work();
  return start_.value_or(Code::kFailedPrecondition);
}

// -- Station --------------------------------------------------------------------------------------

/// What was asked for since then is not what this answers.
void Driver::HandleStation(Type command, const Answer& answer) {
  if (command == Type::kJoin && station_ == Station::kJoining) {
    station_ = Station::kNothing;
    // Here it is the access point that is silent; the chip has just answered.
    join_ = answer.status == Code::kUnavailable ? Status(Code::kDeadlineExceeded) : answer.status;
    if (join_.ok()) {
      link_ = {.joined = true, .bssid = wanted_};
      ++joins_;
    }
  } else if (command == Type::kScan && station_ == Station::kScanning) {
    station_ = answer.status.ok() ? Station::kFetching : Station::kScanFailed;
  } else if (command == Type::kNextResult && station_ == Station::kFetching) {
    const Result<hal::AccessPoint> heard = DecodeAccessPoint(answer.body);
    if (answer.status.ok() && heard.ok()) {
      heard_ = *heard;
      station_ = Station::kHeard;
    } else {
      station_ = answer.status == Code::kNotFound ? Station::kScanned : Station::kScanFailed;
    }
  }
}

Status Driver::StartScan() {
  Work();
  if (!running_ || StationBusy()) {
    return Code::kFailedPrecondition;
  }
  station_ = Station::kScanning;
  order_.size = 0;
  order_.waits = true;
  Next();
  return OkStatus();
}

Result<hal::AccessPoint> Driver::NextAccessPoint() {
  Work();
  switch (station_) {
    case Station::kScanning:
    case Station::kFetching:
      return Code::kPending;
    case Station::kHeard: {
      const hal::AccessPoint heard = heard_;
      station_ = Station::kFetching;
      Next();
      return heard;
    }
    case Station::kScanned:
      return Code::kNotFound;
    default:
      return Code::kUnavailable;
  }
}

Status Driver::StartJoin(const hal::JoinOrder& order) {
  Work();
  if (!running_ || StationBusy()) {
    return Code::kFailedPrecondition;
  }
  LINNET_TRY_ASSIGN(const Bytes payload, EncodeJoin(order, order_.payload));
  order_.size = payload.size();
  order_.waits = true;
  station_ = Station::kJoining;
  join_ = Code::kPending;
  wanted_ = order.bssid;
  link_ = {};
  Next();
  return OkStatus();
}

Status Driver::PollJoin() {
  Work();
  return join_;
}

void Driver::Leave() {
  station_ = Station::kNothing;
  order_.waits = false;
  join_ = Code::kFailedPrecondition;
  link_ = {};
  leaves_ = running_;
  Next();
}

// -- Access point ---------------------------------------------------------------------------------

Status Driver::StartAccessPoint(const hal::AccessPointOrder& order) {
  if (!running_) {
    return Code::kFailedPrecondition;
  }
  const Result<Bytes> payload = EncodeStartAp({.ssid = order.ssid,
                                               .passphrase = order.passphrase,
                                               .channel = order.channel,
                                               .max_stations = kStations},
                                              ap_order_.payload);
  if (!payload.ok() || order.ssid.empty()) {
    return Code::kInvalidArgument;
  }
  StopAccessPoint();
  ap_order_.size = payload->size();
  ap_order_.waits = true;
  ap_ = AccessPoint::kStarting;
  Next();
  return OkStatus();
}

Status Driver::PollAccessPoint() {
  Work();
  switch (ap_) {
    case AccessPoint::kNone:
      return Code::kFailedPrecondition;
    case AccessPoint::kStarting:
      return Code::kPending;
    case AccessPoint::kOpen:
      return OkStatus();
    case AccessPoint::kFailed:
      return ap_failure_;
  }
  return Code::kInternal;
}

void Driver::StopAccessPoint() {
  // One that still waits for its turn was never told to the chip.
  stops_ap_ = stops_ap_ || (ap_ != AccessPoint::kNone && !ap_order_.waits);
  ap_order_.waits = false;
  ap_ = AccessPoint::kNone;
  events_.Clear();
  Next();
}

void Driver::HandleStationEvent(Bytes payload, bool joined) {
  const Result<Mac> mac = DecodeMac(payload);
  if (!mac.ok()) {
    return;
  }
  if (events_.full()) {
    events_.Pop();
  }
  IgnoreStatus(events_.Push({*mac, joined}));
}

Result<hal::StationEvent> Driver::NextStation() {
  Work();
  if (events_.empty()) {
    return Code::kPending;
  }
  const hal::StationEvent event = events_.front();
  events_.Pop();
  return event;
}

}  // namespace linnet::serial_radio
