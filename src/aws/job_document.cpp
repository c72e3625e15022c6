// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/job_document.hpp"

#include <algorithm>
#include <limits>

#include "aws/stream_codec.hpp"
#include "base/view.hpp"
#include "base/words.hpp"
#include "net/url.hpp"

namespace linnet::aws {

using namespace std::string_view_literals;

using json::Event;
using json::Kind;

StringView ToString(DocumentProblem problem) {
  return WordAt(static_cast<std::size_t>(problem),
                "none|"
                "unknown operation|"
                "the job document is not an object|"
                "operation is missing or not a text|"
                "fwversion is not a text of 1 to 32 bytes|"
                "size is not an integer from 1 to 4294967295|"
                "location has neither url nor protocol, host and path|"
                "the file has two locations|"
                "location is not an http or https URL|"
                "the URL is too long|"
                "a field stands there twice|"
                "afr_ota.files has not exactly one file|"
                "fileid is not an integer from 0 to 255|"
                "streamname is not a text of 1 to 128 bytes|"
                "afr_ota has neither MQTT and a stream nor HTTP and a URL");
}

void JobDocument::Begin() {
  url_size_ = 0;
  size_ = 0;
  version_.Clear();
  protocol_.Clear();
  host_.Clear();
  seen_ = 0;
  file_id_ = 0;
  object_ = mqtt_ = http_ = false;
  problem_ = DocumentProblem::kNone;
}

// The first problem stays, but an operation that is not ours outranks it: what a document for
// somebody else looks like is not for this device to judge.
void JobDocument::Fail(DocumentProblem problem) {
  if (problem_ == DocumentProblem::kNone || problem == DocumentProblem::kUnknownOperation) {
    problem_ = problem;
  }
}

void JobDocument::OnValue(StringView path, const Event& event) {
  if (event.kind == Kind::kEndObject || event.kind == Kind::kEndArray) {
    return;
  }
  if (path.empty()) {
    object_ = event.kind == Kind::kBeginObject;
    return;
  }
  const std::size_t index = IndexOf(path,
                                    "operation|fwversion|size|location.url|location.protocol|"
                                    "location.host|location.path|afr_ota|afr_ota.files[]|"
                                    "afr_ota.files[].filesize|afr_ota.files[].fileid|"
                                    "afr_ota.files[].update_data_url|afr_ota.streamname|"
                                    "afr_ota.protocols[]");
  if (index == kFields) {
    return;
  }
  const auto field = static_cast<Field>(index);
  if (event.first && Has(field) && field != kOtaProtocol) {
    Fail(field == kFile ? DocumentProblem::kNotOneFile : DocumentProblem::kDuplicate);
  }
  seen_ = static_cast<std::uint16_t>(seen_ | 1U << field);
  OnField(field, event);
}

void JobDocument::OnField(Field field, const Event& event) {
  switch (field) {
    case kOperationField:
      return OnOperation(event);
    case kVersion:
      return OnVersion(event);
    case kSize:
    case kFileSize:
      return OnSize(event);
    case kUrl:
    case kPath:
    case kFileUrl:
      return OnUrlPart(event);
    case kFileId:
      return OnFileId(event);
    case kOtaProtocol:
      return OnOtaProtocol(event);
    case kProtocol:
      return OnLocationText(event, protocol_, DocumentProblem::kBadLocation);
    case kHost:
      return OnLocationText(event, host_, DocumentProblem::kBadLocation);
    case kStream:
      return OnLocationText(event, host_, DocumentProblem::kBadStream);
    case kOta:
    case kFile:
    case kFields:
      return;
  }
}

void JobDocument::OnFileId(const Event& event) {
  if (!event.integral || event.integer < 0 ||
      event.integer > std::numeric_limits<std::uint8_t>::max()) {
    Fail(DocumentProblem::kBadFileId);
    return;
  }
  file_id_ = static_cast<std::uint8_t>(event.integer);
}

void JobDocument::OnOtaProtocol(const Event& event) {
  mqtt_ = mqtt_ || (event.whole() && event.text == "MQTT"sv);
  http_ = http_ || (event.whole() && event.text == "HTTP"sv);
}

void JobDocument::OnOperation(const Event& event) {
  if (event.kind != Kind::kString) {
    Fail(DocumentProblem::kNoOperation);
  } else if (!event.whole() || event.text != kOperation) {
    Fail(DocumentProblem::kUnknownOperation);
  }
}

void JobDocument::OnVersion(const Event& event) {
  if (event.kind != Kind::kString || !event.whole() || event.text.empty() ||
      !version_.Assign(event.text).ok()) {
    Fail(DocumentProblem::kBadVersion);
  }
}

void JobDocument::OnSize(const Event& event) {
  if (!event.integral || event.integer < 1 ||
      event.integer > std::numeric_limits<std::uint32_t>::max()) {
    Fail(DocumentProblem::kBadSize);
    return;
  }
  size_ = static_cast<std::uint32_t>(event.integer);
}

void JobDocument::OnUrlPart(const Event& event) {
  if (event.kind != Kind::kString) {
    Fail(DocumentProblem::kBadLocation);
  } else if (event.text.size() > url_.size() - url_size_) {
    Fail(DocumentProblem::kUrlTooLong);
  } else {
    std::copy(event.text.begin(), event.text.end(), url_.subspan(url_size_).begin());
    url_size_ += event.text.size();
  }
}

template <std::size_t kCapacity>
void JobDocument::OnLocationText(const Event& event, FixedString<kCapacity>& out,
                                 DocumentProblem problem) {
  if (event.kind != Kind::kString || !out.Append(event.text).ok()) {
    Fail(problem);
  }
}

DocumentProblem JobDocument::Finish() {
  if (!object_) {
    return DocumentProblem::kNotAnObject;
  }
  if (!Has(kOperationField) && !Has(kOta)) {
    return DocumentProblem::kNoOperation;
  }
  if (problem_ != DocumentProblem::kNone) {
    return problem_;
  }
  const bool any_location = Has(kUrl) || Has(kProtocol) || Has(kHost) || Has(kPath);
  if (Has(kOta) && (Has(kOperationField) || any_location)) {
    return DocumentProblem::kTwoLocations;
  }
  const DocumentProblem problem = Has(kOta) ? ChooseOta() : JoinUrl();
  return problem != DocumentProblem::kNone || Has(kStream) ? problem : CheckUrl();
}

// After it, either the stream counts as seen or the URL is the one to take.
DocumentProblem JobDocument::ChooseOta() {
  if (!Has(kFile)) {
    return DocumentProblem::kNotOneFile;
  }
  if (mqtt_ && Has(kStream)) {
    const bool named = !host_.empty() && host_.size() <= kMaxStreamName;
    return !named            ? DocumentProblem::kBadStream
           : !Has(kFileSize) ? DocumentProblem::kBadSize
           : !Has(kFileId)   ? DocumentProblem::kBadFileId
                             : DocumentProblem::kNone;
  }
  seen_ = static_cast<std::uint16_t>(seen_ & ~(1U << kStream));
  return http_ && Has(kFileUrl) ? DocumentProblem::kNone : DocumentProblem::kNoProtocol;
}

DocumentProblem JobDocument::CheckUrl() {
  const Code code = net::ParseUrl(url()).code();
  return code == Code::kOk         ? DocumentProblem::kNone
         : code == Code::kTooLarge ? DocumentProblem::kUrlTooLong
                                   : DocumentProblem::kBadLocation;
}

DocumentProblem JobDocument::JoinUrl() {
  const bool any_part = Has(kProtocol) || Has(kHost) || Has(kPath);
  if (Has(kUrl)) {
    return any_part ? DocumentProblem::kTwoLocations : DocumentProblem::kNone;
  }
  if (!Has(kProtocol) || !Has(kHost) || !Has(kPath)) {
    return DocumentProblem::kNoLocation;
  }
  // The vendor writes the protocol with and without its colon, the path with and without a slash. A
  // host must not bring a path along.
  StringView protocol = protocol_;
  if (protocol.ends_with(':')) {
    protocol.remove_suffix(1);
  }
  if (host_.view().find_first_of("/?#@"sv) != StringView::npos) {
    return DocumentProblem::kBadLocation;
  }
  const bool slash = url_size_ > 0 && url_[0] == '/';
  for (const StringView text :
       {StringView(slash ? ""sv : "/"sv), host_.view(), StringView("://"sv), protocol}) {
    if (const DocumentProblem problem = InsertBeforePath(text); problem != DocumentProblem::kNone) {
      return problem;
    }
  }
  return DocumentProblem::kNone;
}

DocumentProblem JobDocument::InsertBeforePath(StringView text) {
  if (text.size() > url_.size() - url_size_) {
    return DocumentProblem::kUrlTooLong;
  }
  const Span<char> path = url_.first(url_size_);
  std::copy_backward(path.begin(), path.end(), url_.first(url_size_ + text.size()).end());
  std::copy(text.begin(), text.end(), url_.begin());
  url_size_ += text.size();
  return DocumentProblem::kNone;
}

}  // namespace linnet::aws
