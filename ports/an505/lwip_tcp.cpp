// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/an505/lwip_tcp.hpp"

#include <algorithm>

#include "lwip/priv/tcp_priv.h"

namespace linnet::an505 {

namespace {

/// Control blocks of connections that we have closed stay until the peer agrees. lwIP takes the
/// oldest of most of these back when it needs one, but not those that wait for an acknowledgement:
/// a peer that vanished must not keep us from connecting to another.
tcp_pcb* NewPcb() {
  if (tcp_pcb* pcb = tcp_new(); pcb != nullptr) {
    return pcb;
  }
  for (tcp_pcb* pcb = tcp_active_pcbs; pcb != nullptr; pcb = pcb->next) {
    if (pcb->callback_arg == nullptr) {
      tcp_abort(pcb);
      break;
    }
  }
  return tcp_new();
}

}  // namespace

Status LwipTcpSocket::Connect(hal::Ipv4Address address, std::uint16_t port) {
  if (state_ != State::kClosed) {
    return Code::kFailedPrecondition;
  }
  if (network_.link() != hal::LinkState::kUp) {
    return Code::kUnavailable;
  }
  LINNET_TRY(network_.tcp_places().Take());
  pcb_ = NewPcb();
  if (pcb_ == nullptr) {
    network_.tcp_places().GiveBack();
    return Code::kResourceExhausted;
  }
  tcp_arg(pcb_, this);
  tcp_recv(pcb_, OnReceived);
  tcp_err(pcb_, OnError);
  tcp_nagle_disable(pcb_);
  const ip_addr_t to = ToLwip(address);
  if (const err_t error = tcp_connect(pcb_, &to, port, OnConnected); error != ERR_OK) {
    Close();
    return error == ERR_RTE ? Code::kUnavailable : Code::kResourceExhausted;
  }
  failure_ = OkStatus();
  peer_closed_ = false;
  state_ = State::kConnecting;
  return OkStatus();
}

err_t LwipTcpSocket::OnConnected(void* self, tcp_pcb* /*pcb*/, err_t /*error*/) {
  static_cast<LwipTcpSocket*>(self)->state_ = State::kOpen;
  return ERR_OK;
}

err_t LwipTcpSocket::OnReceived(void* self, tcp_pcb* /*pcb*/, pbuf* data, err_t /*error*/) {
  auto& socket = *static_cast<LwipTcpSocket*>(self);
  if (data == nullptr) {
    socket.peer_closed_ = true;
  } else if (socket.received_ == nullptr) {
    socket.received_ = data;
  } else {
    pbuf_cat(socket.received_, data);
  }
  return ERR_OK;
}

void LwipTcpSocket::OnError(void* self, err_t error) {
  auto& socket = *static_cast<LwipTcpSocket*>(self);
  socket.pcb_ = nullptr;  // lwIP has freed it.
  socket.failure_ = error == ERR_ABRT ? Code::kDeadlineExceeded : Code::kUnavailable;
  socket.state_ = State::kFailed;
  socket.DropReceived();
}

Result<std::size_t> LwipTcpSocket::Read(MutableBytes out) {
  if (state_ == State::kConnecting) {
    return std::size_t{0};
  }
  if (state_ != State::kOpen) {
    return Code::kUnavailable;
  }
  if (received_ == nullptr) {
    return peer_closed_ ? Result<std::size_t>(Code::kClosed) : Result<std::size_t>(0U);
  }
  const auto wanted = static_cast<u16_t>(std::min<std::size_t>(out.size(), received_->tot_len));
  const u16_t taken = pbuf_copy_partial(received_, out.data(), wanted, 0);
  received_ = pbuf_free_header(received_, taken);
  tcp_recved(pcb_, taken);
  return std::size_t{taken};
}

Result<std::size_t> LwipTcpSocket::Write(Bytes data) {
  if (state_ == State::kConnecting) {
    return std::size_t{0};
  }
  if (state_ != State::kOpen) {
    return Code::kUnavailable;
  }
  std::size_t size = std::min<std::size_t>(data.size(), tcp_sndbuf(pcb_));
  // The heap may be too fragmented for all of it: half is better than nothing.
  while (size > 0 &&
         tcp_write(pcb_, data.data(), static_cast<u16_t>(size), TCP_WRITE_FLAG_COPY) == ERR_MEM) {
    size /= 2;
  }
  tcp_output(pcb_);
  return size;
}

void LwipTcpSocket::DropReceived() {
  if (received_ != nullptr) {
    pbuf_free(received_);
    received_ = nullptr;
  }
}

void LwipTcpSocket::Close() {
  if (pcb_ != nullptr) {
    tcp_pcb* pcb = pcb_;
    pcb_ = nullptr;
    tcp_arg(pcb, nullptr);
    tcp_recv(pcb, nullptr);
    tcp_err(pcb, nullptr);
    if (tcp_close(pcb) != ERR_OK) {
      tcp_abort(pcb);
    }
    network_.tcp_places().GiveBack();
  } else if (state_ == State::kFailed) {
    network_.tcp_places().GiveBack();
  }
  DropReceived();
  state_ = State::kClosed;
}

}  // namespace linnet::an505
