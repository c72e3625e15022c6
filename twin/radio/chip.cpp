// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/radio/chip.hpp"

#include <algorithm>
#include <utility>

#include "radio/patch.hpp"

namespace linnet::air {
namespace {

using serial_radio::Message;
using serial_radio::Side;
using serial_radio::Type;

constexpr std::array<std::pair<Type, std::string_view>, 13> kNames = {{
    {Type::kPowerOn, "power-on"},
    {Type::kReset, "reset"},
    {Type::kBeginPatch, "begin-patch"},
    {Type::kBeginImage, "begin-image"},
    {Type::kWrite, "write"},
    {Type::kFinishPatch, "finish-patch"},
    {Type::kBoot, "boot"},
    {Type::kScan, "scan"},
    {Type::kNextResult, "next-result"},
    {Type::kJoin, "join"},
    {Type::kLeave, "leave"},
    {Type::kStartAp, "start-ap"},
    {Type::kStopAp, "stop-ap"},
}};

constexpr std::uint8_t kRoom = serial_radio::FrameWindow::kMaxRoom;
constexpr unsigned kCreditEvery = 16;
constexpr std::uint8_t kLastChannel = 13;

bool IsCommand(std::uint8_t type) {
  return std::any_of(kNames.begin(), kNames.end(),
                     [type](const auto& entry) {
                       return static_cast<std::uint8_t>(entry.first) == type;
                     }) ||
         type == static_cast<std::uint8_t>(Type::kPowerOff);
}

hal::AccessPoint Heard(const Beacon& beacon) {
  hal::AccessPoint point{{},          beacon.bssid,    beacon.channel,
                         beacon.band, beacon.security, beacon.rssi_dbm};
  IgnoreStatus(point.ssid.Assign(beacon.ssid));
  return point;
}

}  // namespace

bool Faults::Take(Type command) {
  const auto at = hangs_.find(command);
  if (at == hangs_.end()) {
    return false;
  }
  if (at->second > 0 && --at->second == 0) {
    hangs_.erase(at);
  }
  return true;
}

std::optional<Type> ParseCommand(std::string_view name) {
  for (const auto& [type, text] : kNames) {
    if (text == name) {
      return type;
    }
  }
  return std::nullopt;
}

std::string_view ToString(Type command) {
  for (const auto& [type, text] : kNames) {
    if (type == command) {
      return text;
    }
  }
  return "?";
}

std::vector<std::string> CommandNames() {
  std::vector<std::string> names;
  names.reserve(kNames.size());
  for (const auto& [type, text] : kNames) {
    names.emplace_back(text);
  }
  return names;
}

Chip::Chip(Air& air, Faults& faults, const Addresses& addresses, Send send, Log log)
    : air_(air),
      faults_(faults),
      addresses_(addresses),
      send_(std::move(send)),
      log_(std::move(log)),
      station_(air, addresses.station,
               {[this](Status status) {
                  log_(status.ok() ? "joined " + station_.ssid()
                                   : "could not join " + station_.ssid() + ": " +
                                         std::string(linnet::ToString(status.code())));
                  if (pending_ == Type::kJoin) {
                    Answer(status);
                  }
                  TellSignal();
                  Announce();
                },
                [this](Station::Loss loss) {
                  log_("lost " + station_.ssid());
                  Event(Type::kLinkLost, serial_radio::EncodeLinkLost(
                                             loss == Station::Loss::kSilence
                                                 ? serial_radio::LinkLoss::kSilence
                                                 : serial_radio::LinkLoss::kDeauthenticated));
                },
                [this](Bytes ethernet) { ToHost(Side::kStation, ethernet); }}) {
  air_.Attach(addresses_.station, [this](const AirFrame& frame) {
    if (power_ == Power::kRunning && !hung_) {
      station_.OnFrame(frame);
    }
  });
}

Chip::~Chip() {
  Stop();
  air_.Detach(addresses_.station);
}

std::string_view Chip::state() const {
  constexpr std::array<std::string_view, 4> kStates = {"off", "on", "reset", "running"};
  return hung_ ? "hung" : kStates[static_cast<std::size_t>(power_)];
}

void Chip::Take(Bytes line) {
  for (const std::byte byte : line) {
    const Result<Message> message = receiver_.Take(byte);
    if (message.ok()) {
      OnMessage(*message);
    }
  }
}

void Chip::OnMessage(const Message& message) {
  if (message.type == static_cast<std::uint8_t>(Type::kPowerOff)) {
    return PowerOff();
  }
  if (hung_) {
    return;
  }
  if (IsCommand(message.type)) {
    return OnCommand(message);
  }
  if (power_ != Power::kRunning) {
    return;
  }
  if (message.type == static_cast<std::uint8_t>(Type::kFrame)) {
    OnFrame(message);
  } else if (message.type == static_cast<std::uint8_t>(Type::kCredit)) {
    if (const auto credit = serial_radio::DecodeCredit(message.payload);
        credit.ok() && window_.Take(*credit)) {
      SendCredit();
    }
    Flush();
  }
}

void Chip::OnCommand(const Message& message) {
  const auto command = static_cast<Type>(message.type);
  if (faults_.Take(command)) {
    log_("hangs at " + std::string(ToString(command)));
    return Hang();
  }
  const std::optional<Type> before = std::exchange(pending_, command);
  const std::uint8_t number_before = std::exchange(number_, message.number);
  if (before && command != Type::kLeave) {
    Answer(Code::kFailedPrecondition);
    pending_ = before;
    number_ = number_before;
    return;
  }
  Begin(command, message.payload);
}

void Chip::Begin(Type command, Bytes payload) {
  if (command >= Type::kScan) {
    return Operate(command, payload);
  }
  if (command == Type::kBoot) {
    return Boot();
  }
  Answer(Load(command, payload));
}

Status Chip::Load(Type command, Bytes payload) {
  if (command == Type::kPowerOn) {
    LINNET_TRY_ASSIGN(const serial_radio::PowerOn order, serial_radio::DecodePowerOn(payload));
    if (power_ != Power::kOff) {
      return Code::kFailedPrecondition;
    }
    if (order.interface_version != serial_radio::kInterfaceVersion) {
      return Code::kUnsupported;
    }
    power_ = Power::kOn;
    patch_.Clear(order.required);
    return OkStatus();
  }
  if (command == Type::kReset) {
    if (power_ == Power::kOff) {
      return Code::kFailedPrecondition;
    }
    Stop();
    power_ = Power::kReset;
    return OkStatus();
  }
  if (power_ != Power::kReset) {
    return Code::kFailedPrecondition;
  }
  switch (command) {
    case Type::kBeginPatch: {
      LINNET_TRY_ASSIGN(const hal::RadioPatch patch, serial_radio::DecodeBeginPatch(payload));
      return patch_.BeginPatch(patch);
    }
    case Type::kBeginImage: {
      LINNET_TRY_ASSIGN(const serial_radio::BeginImage image,
                        serial_radio::DecodeBeginImage(payload));
      return patch_.BeginImage(image);
    }
    case Type::kWrite:
      return patch_.Write(payload);
    default:
      return patch_.Finish();
  }
}

void Chip::Boot() {
  if (power_ != Power::kReset || !patch_.complete()) {
    return Answer(Code::kFailedPrecondition);
  }
  power_ = Power::kRunning;
  window_.Reset();
  since_credit_ = 0;
  beat_at_ = air_.now() + kBeat;
  log_("runs firmware " + std::string(radio::FirmwareText(patch_.version()).view()));
  Answer(OkStatus(), serial_radio::EncodeBooted({addresses_.station, addresses_.access_point}));
  SendCredit();
}

void Chip::Operate(Type command, Bytes payload) {
  if (power_ != Power::kRunning) {
    return Answer(Code::kFailedPrecondition);
  }
  switch (command) {
    case Type::kScan:
      results_.clear();
      scan_ends_ = air_.now() + kScanTime;
      return;  // answered when it has ended
    case Type::kNextResult:
      return NextResult();
    case Type::kJoin:
      return Join(payload);
    case Type::kLeave:
      station_.Leave();
      return Answer(OkStatus());
    case Type::kStartAp:
      return Answer(StartAp(payload));
    default:
      StopAp();
      return Answer(OkStatus());
  }
}

void Chip::FinishScan() {
  std::vector<Beacon> heard = air_.Beacons();
  std::erase_if(heard,
                [this](const Beacon& beacon) { return beacon.bssid == addresses_.access_point; });
  std::sort(heard.begin(), heard.end(),
            [](const Beacon& a, const Beacon& b) { return a.rssi_dbm > b.rssi_dbm; });
  heard.resize(std::min(heard.size(), serial_radio::kMaxScanResults));
  results_.assign(heard.begin(), heard.end());
  Answer(OkStatus());
}

void Chip::NextResult() {
  if (results_.empty()) {
    return Answer(Code::kNotFound);
  }
  std::array<std::byte, serial_radio::kMaxAccessPointSize> out;
  const Result<Bytes> body = serial_radio::EncodeAccessPoint(Heard(results_.front()), out);
  results_.pop_front();
  Answer(body.status(), body.value_or({}));
}

void Chip::Join(Bytes payload) {
  const Result<hal::JoinOrder> order = serial_radio::DecodeJoin(payload);
  if (!order.ok()) {
    return Answer(order.status());
  }
  const bool open = order->security == hal::WifiSecurity::kOpen;
  if (open ? !order->passphrase.empty() : !IsPassphrase(order->passphrase)) {
    return Answer(Code::kInvalidArgument);
  }
  station_.Join({std::string(order->ssid), order->bssid, order->channel, order->security,
                 std::string(order->passphrase)});
}

Status Chip::StartAp(Bytes payload) {
  LINNET_TRY_ASSIGN(const serial_radio::ApOrder order, serial_radio::DecodeStartAp(payload));
  const bool open = order.passphrase.empty();
  if (order.channel < 1 || order.channel > kLastChannel ||
      (!open && (!IsPassphrase(order.passphrase) || order.passphrase.size() > 63))) {
    return Code::kInvalidArgument;
  }
  StopAp();
  AccessPoint::Settings settings;
  settings.ssid = order.ssid;
  settings.bssid = addresses_.access_point;
  settings.security = open ? hal::WifiSecurity::kOpen : hal::WifiSecurity::kWpa2Psk;
  settings.passphrase = order.passphrase;
  settings.max_stations = order.max_stations;
  soft_ap_channel_ = order.channel;
  soft_ap_.emplace(
      air_, settings,
      AccessPoint::Events{
          [this](AccessPoint::Change change, const Mac& mac) {
            constexpr std::array kTypes = {Type::kStationJoined, Type::kStationLeft,
                                           Type::kStationRefused};
            Event(kTypes[static_cast<std::size_t>(change)], serial_radio::EncodeMac(mac));
          },
          [this](const Mac& /*from*/, Bytes ethernet) { ToHost(Side::kAccessPoint, ethernet); }});
  air_.Attach(addresses_.access_point, [this](const AirFrame& frame) {
    if (soft_ap_ && !hung_) {
      soft_ap_->OnFrame(frame);
    }
  });
  Announce();
  log_("is the access point " + settings.ssid);
  return OkStatus();
}

// One receiver: the access point is where the station is.
void Chip::Announce() {
  constexpr std::int8_t kNear = -40;
  if (!soft_ap_) {
    return;
  }
  Beacon beacon;
  beacon.ssid = soft_ap_->settings().ssid;
  beacon.bssid = addresses_.access_point;
  beacon.channel = soft_ap_channel_;
  beacon.security = soft_ap_->settings().security;
  beacon.rssi_dbm = kNear;
  beacon.rsn = RsnOf(beacon.security);
  if (const auto joined = station_.joined() ? air_.Hear(station_.bssid()) : std::nullopt) {
    beacon.channel = joined->channel;
    beacon.band = joined->band;
  }
  air_.Announce(std::move(beacon));
}

void Chip::StopAp() {
  if (!soft_ap_) {
    return;
  }
  soft_ap_->PutOut();
  soft_ap_.reset();
  air_.Withdraw(addresses_.access_point);
  air_.Detach(addresses_.access_point);
}

void Chip::Stop() {
  pending_.reset();
  station_.Leave();
  // Nobody is told any more: whom it put out is gone with its memory.
  if (soft_ap_) {
    power_ = Power::kOff;
    StopAp();
  }
  patch_.Clear(patch_.required());
  results_.clear();
  waiting_.clear();
}

void Chip::PowerOff() {
  Stop();
  power_ = Power::kOff;
  hung_ = false;
}

void Chip::Hang() {
  hung_ = true;
}

void Chip::Tick() {
  if (power_ != Power::kRunning || hung_) {
    return;
  }
  if (pending_ == Type::kScan && air_.now() >= scan_ends_) {
    FinishScan();
  }
  station_.Tick();
  if (soft_ap_) {
    soft_ap_->Tick();
  }
  if (air_.now() < beat_at_) {
    return;
  }
  beat_at_ = air_.now() + kBeat;
  TellSignal();
  if (station_.joined() || soft_ap_) {
    SendCredit();
  }
}

void Chip::TellSignal() {
  if (const auto beacon = station_.joined() ? air_.Hear(station_.bssid()) : std::nullopt) {
    Event(Type::kSignal, serial_radio::EncodeSignal({beacon->bssid, beacon->rssi_dbm}));
  }
}

void Chip::Answer(Status status, Bytes body) {
  Blob payload = {std::byte{serial_radio::EncodeStatus(status)}};
  payload.insert(payload.end(), body.begin(), body.end());
  std::array<std::byte, serial_radio::kMaxLineSize> out;
  const Message message{serial_radio::AnswerTo(*pending_), number_, payload};
  pending_.reset();
  if (const Result<Bytes> line = serial_radio::Encode(message, out); line.ok()) {
    send_(*line);
  }
}

void Chip::Event(Type type, Bytes payload) {
  std::array<std::byte, serial_radio::kMaxLineSize> out;
  const Result<Bytes> line =
      serial_radio::Encode({static_cast<std::uint8_t>(type), 0, payload}, out);
  if (line.ok() && power_ == Power::kRunning && !hung_) {
    send_(*line);
  }
}

void Chip::SendCredit() {
  since_credit_ = 0;
  Event(Type::kCredit, serial_radio::EncodeCredit(window_.Grant(kRoom)));
}

void Chip::OnFrame(const Message& message) {
  const Result<serial_radio::Frame> frame = serial_radio::DecodeFrame(message.payload);
  if (!window_.Receive(message.number) || !frame.ok()) {
    ++dropped_;
    return;
  }
  if (frame->side == Side::kStation) {
    static_cast<void>(station_.Send(frame->ethernet));
  } else if (soft_ap_) {
    soft_ap_->Send(frame->ethernet);
  }
  if (++since_credit_ >= kCreditEvery) {
    SendCredit();
  }
}

void Chip::ToHost(Side side, Bytes ethernet) {
  if (ethernet.size() > serial_radio::kMaxEthernetFrame || waiting_.size() >= kMaxWaiting) {
    ++dropped_;
    return;
  }
  Blob payload = BlobOf(serial_radio::FrameHead(side));
  payload.insert(payload.end(), ethernet.begin(), ethernet.end());
  waiting_.push_back(std::move(payload));
  Flush();
}

void Chip::Flush() {
  std::array<std::byte, serial_radio::kMaxLineSize> out;
  while (!waiting_.empty() && window_.MaySend()) {
    const Message message{static_cast<std::uint8_t>(Type::kFrame), window_.Send(),
                          waiting_.front()};
    if (const Result<Bytes> line = serial_radio::Encode(message, out); line.ok()) {
      send_(*line);
    }
    waiting_.pop_front();
  }
}

}  // namespace linnet::air
