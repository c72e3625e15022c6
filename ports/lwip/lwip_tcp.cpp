// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/lwip/lwip_tcp.hpp"

#include <algorithm>
#include <utility>

#include "lwip/priv/tcp_priv.h"

namespace linnet::lwip {

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

/// Connections of an earlier listener that we have closed and that only wait for stragglers, or for
/// the peer to agree, keep its port taken.
void EndGoodbyes(std::uint16_t port) {
  for (tcp_pcb* list : {tcp_tw_pcbs, tcp_active_pcbs}) {
    while (list != nullptr) {
      tcp_pcb* pcb = std::exchange(list, list->next);
      if (pcb->local_port == port && pcb->callback_arg == nullptr) {
        tcp_abort(pcb);
      }
    }
  }
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
  Bind();
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

void LwipTcpSocket::Bind() {
  tcp_arg(pcb_, this);
  tcp_recv(pcb_, OnReceived);
  tcp_err(pcb_, OnError);
  tcp_nagle_disable(pcb_);
}

Status LwipTcpSocket::Adopt(tcp_pcb* pcb) {
  if (state_ != State::kClosed) {
    return Code::kFailedPrecondition;
  }
  LINNET_TRY(network_.tcp_places().Take());
  pcb_ = pcb;
  Bind();
  failure_ = OkStatus();
  peer_closed_ = false;
  state_ = State::kOpen;
  if (pcb->refused_data != nullptr) {
    tcp_process_refused_data(pcb);
  }
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

Status LwipTcpListener::Listen(std::uint16_t port) {
  if (listening_ != nullptr) {
    return Code::kFailedPrecondition;
  }
  tcp_pcb* pcb = NewPcb();
  if (pcb == nullptr) {
    return Code::kResourceExhausted;
  }
  EndGoodbyes(port);
  if (netif* own = network_.own_network(); own != nullptr) {
    tcp_bind_netif(pcb, own);
  }
  if (tcp_bind(pcb, IP4_ADDR_ANY, port) == ERR_OK) {
    listening_ = tcp_listen(pcb);
  }
  if (listening_ == nullptr) {
    tcp_abort(pcb);
    return Code::kResourceExhausted;
  }
  tcp_arg(listening_, this);
  tcp_accept(listening_, OnAccept);
  return OkStatus();
}

err_t LwipTcpListener::OnAccept(void* self, tcp_pcb* pcb, err_t error) {
  if (error != ERR_OK || pcb == nullptr) {
    return ERR_VAL;
  }
  for (tcp_pcb*& place : static_cast<LwipTcpListener*>(self)->waiting_) {
    if (place == nullptr) {
      place = pcb;
      tcp_arg(pcb, static_cast<void*>(&place));
      tcp_recv(pcb, OnReceived);
      tcp_err(pcb, OnError);
      return ERR_OK;
    }
  }
  return ERR_MEM;  // lwIP ends the connection.
}

err_t LwipTcpListener::OnReceived(void* place, tcp_pcb* pcb, pbuf* data, err_t /*error*/) {
  if (data != nullptr) {
    return ERR_MEM;  // lwIP keeps it, and offers it again.
  }
  *static_cast<tcp_pcb**>(place) = nullptr;
  tcp_abort(pcb);
  return ERR_ABRT;
}

void LwipTcpListener::OnError(void* place, err_t /*error*/) {
  *static_cast<tcp_pcb**>(place) = nullptr;
}

Result<hal::TcpListener::Peer> LwipTcpListener::Accept(hal::TcpSocket& into) {
  for (tcp_pcb*& place : waiting_) {
    if (place != nullptr) {
      const Peer peer{FromLwip(place->remote_ip), place->remote_port};
      LINNET_TRY(static_cast<LwipTcpSocket&>(into).Adopt(place));
      place = nullptr;
      return peer;
    }
  }
  return Code::kPending;
}

void LwipTcpListener::Close() {
  if (listening_ != nullptr) {
    tcp_close(listening_);
    listening_ = nullptr;
  }
  for (tcp_pcb*& place : waiting_) {
    if (tcp_pcb* pcb = std::exchange(place, nullptr); pcb != nullptr) {
      tcp_abort(pcb);
    }
  }
}

}  // namespace linnet::lwip
