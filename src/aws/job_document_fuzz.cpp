// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any job document: what is accepted has a URL that can be fetched, or a stream and a size,
// wherever the input is cut.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "aws/job_document.hpp"
#include "base/view.hpp"
#include "json/path_reader.hpp"
#include "net/url.hpp"

namespace {

using linnet::Bytes;
using linnet::Status;
using linnet::aws::DocumentProblem;
using linnet::aws::JobDocument;

class Reading final : public linnet::json::PathHandler {
 public:
  Status OnValue(linnet::StringView path, const linnet::json::Event& event) override {
    document_.OnValue(path, event);
    return linnet::OkStatus();
  }

  std::string Read(Bytes input, std::size_t piece) {
    linnet::json::PathReaderBuffer<72, 96> reader;
    document_.Begin();
    reader->Begin(*this);
    while (!input.empty()) {
      const Bytes data = input.first(std::min(piece, input.size()));
      if (!reader->Feed(data).ok()) {
        return "not JSON";
      }
      input = input.subspan(data.size());
    }
    if (!reader->Finish().ok()) {
      return "not JSON";
    }
    const DocumentProblem problem = document_.Finish();
    if (problem != DocumentProblem::kNone) {
      return std::string(ToString(problem));
    }
    const bool stream = !document_.stream().empty();
    if (stream == linnet::net::ParseUrl(document_.url()).ok() ||
        (stream && (document_.size() == 0 || !document_.url().empty()))) {
      std::abort();
    }
    return std::string(document_.url()) + std::string(document_.stream()) + " " +
           std::to_string(document_.file_id()) + " " + std::string(document_.version()) + " " +
           std::to_string(document_.size());
  }

 private:
  std::array<char, 128> url_{};
  JobDocument document_{url_};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = std::as_bytes(std::span(data, size));
  if (Reading().Read(input, size) != Reading().Read(input, 1)) {
    std::abort();
  }
  return 0;
}
