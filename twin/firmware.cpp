// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/firmware.hpp"

#include <algorithm>
#include <charconv>

#include "twin/files.hpp"
#include "twin/pki.hpp"

namespace linnet::twin {
namespace {

constexpr std::string_view kPrefix = "/fw/";
constexpr std::string_view kUploads = "/up/";
constexpr std::string_view kUnit = "bytes=";
constexpr std::size_t kTagDigits = 32;

std::optional<std::uint64_t> Number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

HttpResponse Problem(int status, const std::string& text) {
  return {status, {{"Content-Type", "text/plain"}}, text + "\n"};
}

std::string ContentRange(const ByteRange& range, std::uint64_t size) {
  return "bytes " + std::to_string(range.first) + "-" +
         std::to_string(range.first + range.length - 1) + "/" + std::to_string(size);
}

}  // namespace

RangeResult ParseRange(std::string_view header, std::uint64_t size, ByteRange& range) {
  if (!header.starts_with(kUnit)) {
    return RangeResult::kNone;
  }
  header.remove_prefix(kUnit.size());
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos || header.find(',') != std::string_view::npos) {
    return RangeResult::kNone;
  }
  const std::string_view first_text = header.substr(0, dash);
  const std::string_view last_text = header.substr(dash + 1);
  const auto first = Number(first_text);
  const auto last = Number(last_text);
  if (first_text.empty() && last) {  // The last so many bytes.
    if (*last == 0 || size == 0) {
      return RangeResult::kUnsatisfiable;
    }
    range.length = std::min(*last, size);
    range.first = size - range.length;
    return RangeResult::kPart;
  }
  if (!first || (!last && !last_text.empty()) || (last && *last < *first)) {
    return RangeResult::kNone;
  }
  if (*first >= size) {
    return RangeResult::kUnsatisfiable;
  }
  range.first = *first;
  range.length = (last ? std::min(*last, size - 1) : size - 1) - *first + 1;
  return RangeResult::kPart;
}

bool IsFirmwareName(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '+';
  };
  return !name.empty() && name.size() <= 200 && name[0] != '.' &&
         std::all_of(name.begin(), name.end(), allowed);
}

std::optional<HttpResponse> FirmwareServer::Misbehave(const HttpRequest& request) {
  if (const auto status = faults_.Use(Fault::kHttpStatus)) {
    return Problem(static_cast<int>(*status), "The server has a fault.");
  }
  if (faults_.Use(Fault::kLinkExpired)) {
    return Problem(403, "Request has expired");
  }
  if (faults_.Use(Fault::kRedirectLoop)) {
    HttpResponse response = Problem(302, "It is somewhere else.");
    response.headers.emplace_back("Location", request.path);
    return response;
  }
  return std::nullopt;
}

Mishap FirmwareServer::NextMishap(std::uint64_t length) {
  // One that a body is too short for is kept for the next.
  const auto within = [this, length](Fault fault) -> std::optional<std::uint64_t> {
    const auto bytes = static_cast<std::uint64_t>(faults_.Look(fault).value_or(0));
    if (bytes >= length || !faults_.Use(fault)) {
      return std::nullopt;
    }
    return bytes;
  };
  return {.cut_after = within(Fault::kCut),
          .stall_after = within(Fault::kStall),
          .bytes_per_second = static_cast<std::uint64_t>(faults_.Use(Fault::kSlow).value_or(0))};
}

HttpResponse FirmwareServer::Handle(const HttpRequest& request, UnixSeconds now) {
  if (auto answer = Misbehave(request)) {
    return *std::move(answer);
  }
  if (request.method == "PUT") {
    return Take(request, now);
  }
  if (request.method != "GET" && request.method != "HEAD") {
    HttpResponse response = Problem(405, "Only GET, HEAD and PUT.");
    response.headers.emplace_back("Allow", "GET, HEAD, PUT");
    return response;
  }
  const std::string_view path = request.path;
  const std::string_view name =
      path.starts_with(kPrefix) ? path.substr(kPrefix.size()) : std::string_view();
  const std::filesystem::path file = directory_ / name;
  if (!IsFirmwareName(name) || !std::filesystem::is_regular_file(file)) {
    return Problem(404, "There is no such file.");
  }
  if (!links_.Allows(path, request.Query("expires"), request.Query("sig"), now)) {
    return Problem(403, "Request has expired");
  }
  const std::optional<std::string> other = faults_.ChangedInto();
  HttpResponse response =
      Serve(request, other && IsFirmwareName(*other) ? directory_ / *other : file);
  response.mishap = NextMishap(response.omit_body ? 0 : response.BodyLength());
  return response;
}

/// A file that comes by an upload link: DIRECTORY/../up/NAME.
HttpResponse FirmwareServer::Take(const HttpRequest& request, UnixSeconds now) {
  const std::string_view path = request.path;
  const std::string_view name =
      path.starts_with(kUploads) ? path.substr(kUploads.size()) : std::string_view();
  if (!IsFirmwareName(name)) {
    return Problem(404, "Files are put under /up/, with a plain name.");
  }
  if (!links_.Allows(path, request.Query("expires"), request.Query("sig"), now, true)) {
    return Problem(403, "Request has expired");
  }
  const std::filesystem::path uploads = directory_.parent_path() / "up";
  MakePrivateDirectory(uploads);
  WriteFile(uploads / name, request.body);
  return {200, {}, std::string()};
}

HttpResponse FirmwareServer::Serve(const HttpRequest& request, const std::filesystem::path& file) {
  Tag tag = TagOf(file);
  if (faults_.ChangedInto()) {
    tag.etag.insert(1, "changed-");
  }
  HttpResponse response;
  response.omit_body = request.method == "HEAD";
  response.headers = {
      {"Content-Type", "application/octet-stream"}, {"ETag", tag.etag}, {"Accept-Ranges", "bytes"}};
  if (request.Header("if-none-match") == tag.etag) {
    response.status = 304;
    response.omit_body = true;
    response.body = FilePart{file, 0, tag.size};
    return response;
  }
  ByteRange range{0, tag.size};
  const std::string if_range = request.Header("if-range");
  const bool wants_part = request.method == "GET" && (if_range.empty() || if_range == tag.etag);
  const RangeResult result =
      wants_part && !(request.headers.contains("range") && faults_.Use(Fault::kRangesIgnored))
          ? ParseRange(request.Header("range"), tag.size, range)
          : RangeResult::kNone;
  if (result == RangeResult::kUnsatisfiable) {
    HttpResponse problem = Problem(416, "The range begins behind the end.");
    problem.headers.emplace_back("Content-Range", "bytes */" + std::to_string(tag.size));
    return problem;
  }
  if (result == RangeResult::kPart) {
    response.status = 206;
    response.headers.emplace_back("Content-Range", ContentRange(range, tag.size));
  }
  response.body = FilePart{file, range.first, range.length};
  return response;
}

// The tag is the content's digest: a file that is replaced in the middle of a download is noticed.
const FirmwareServer::Tag& FirmwareServer::TagOf(const std::filesystem::path& file) {
  const auto changed = std::filesystem::last_write_time(file);
  const auto size = std::filesystem::file_size(file);
  Tag& tag = tags_[file];
  if (tag.etag.empty() || tag.changed != changed || tag.size != size) {
    tag = {changed, size, "\"" + Sha256Hex(ReadFile(file)).substr(0, kTagDigits) + "\""};
  }
  return tag;
}

}  // namespace linnet::twin
