// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The job documents for a firmware update, read value by value: the vendor's, and that of AWS's OTA
// service.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/fixed_string.hpp"
#include "base/view.hpp"
#include "json/event.hpp"

namespace linnet::aws {

/// What is wrong with a document; `ToString` is what the job's owner reads.
enum class DocumentProblem : std::uint8_t {
  kNone,
  kUnknownOperation,  ///< The only one that means "not for this device": reject, never try again.
  kNotAnObject,
  kNoOperation,
  kBadVersion,    ///< `fwversion` is not a text of 1 to 32 bytes.
  kBadSize,       ///< `size` is not an integer from 1 to 4294967295.
  kNoLocation,    ///< Neither `url` nor all of `protocol`, `host` and `path`.
  kTwoLocations,  ///< `url` and also a part of the other form; or `afr_ota` and also one of these.
  kBadLocation,   ///< A part of it is not a text, or the URL is not one that can be fetched.
  kUrlTooLong,
  kDuplicate,   ///< A field stands there twice.
  kNotOneFile,  ///< `afr_ota.files` has none, or several.
  kBadFileId,   ///< `fileid` is not an integer from 0 to 255.
  kBadStream,   ///< `streamname` is not a text of 1 to kMaxStreamName bytes.
  kNoProtocol,  ///< Neither MQTT with a stream nor HTTP with a URL.
};
StringView ToString(DocumentProblem problem);

/// `{"operation":"app_fw_update","fwversion":"v1.2.3","size":181124,"location":L}` with L either
/// `{"protocol":"https:","host":"H[:PORT]","path":"P"}` or `{"url":"https://H[:PORT]/P"}`. Other
/// fields are skipped. `fwversion` and `size` may be missing, as they may for the vendor's client.
/// Both locations become one URL, so that whoever downloads knows one.
///
/// Or `{"afr_ota":{"protocols":P,"streamname":"S","files":[{"filesize":181124,"fileid":0,
/// "update_data_url":"https://…"}]}}` with P `["MQTT"]` or `["HTTP"]` or both; exactly one file.
/// MQTT with a stream is taken when it is offered, because the connection is there already. The
/// signature of AWS's code signing is skipped: releases carry their own, which boot verifies.
class JobDocument {
 public:
  static constexpr StringView kOperation = "app_fw_update";
  static constexpr std::size_t kMaxVersion = 32;

  /// `url` is the caller's and bounds the URL; signed links need net::kMaxUrlLength bytes.
  explicit JobDocument(Span<char> url) : url_(url) {}

  void Begin();
  /// `path` is the one inside the document, "" for the document itself.
  void OnValue(StringView path, const json::Event& event);
  /// Judges the whole; only after kNone the values below are there.
  DocumentProblem Finish();

  [[nodiscard]] StringView version() const { return version_; }
  [[nodiscard]] std::uint32_t size() const { return size_; }  ///< 0: not said.
  /// Empty when the file comes from a stream.
  [[nodiscard]] StringView url() const { return {url_.data(), Has(kStream) ? 0 : url_size_}; }
  /// Empty when the file comes from a URL.
  [[nodiscard]] StringView stream() const { return Has(kStream) ? host_.view() : StringView(); }
  [[nodiscard]] std::uint8_t file_id() const { return file_id_; }

 private:
  enum Field : std::uint8_t {
    kOperationField,
    kVersion,
    kSize,
    kUrl,
    kProtocol,
    kHost,
    kPath,
    kOta,
    kFile,
    kFileSize,
    kFileId,
    kFileUrl,
    kStream,
    kOtaProtocol,
    kFields,
  };

  void Fail(DocumentProblem problem);
  void OnField(Field field, const json::Event& event);
  void OnOperation(const json::Event& event);
  void OnVersion(const json::Event& event);
  void OnSize(const json::Event& event);
  void OnUrlPart(const json::Event& event);
  template <std::size_t kCapacity>
  void OnLocationText(const json::Event& event, FixedString<kCapacity>& out,
                      DocumentProblem problem);
  [[nodiscard]] bool Has(Field field) const { return (seen_ >> field & 1U) != 0; }
  void OnFileId(const json::Event& event);
  void OnOtaProtocol(const json::Event& event);
  DocumentProblem ChooseOta();
  DocumentProblem CheckUrl();
  DocumentProblem JoinUrl();
  DocumentProblem InsertBeforePath(StringView text);

  Span<char> url_;
  std::size_t url_size_ = 0;  ///< Of the URL, or of the path until the URL is joined.
  std::uint32_t size_ = 0;
  FixedString<kMaxVersion> version_;
  FixedString<8> protocol_;
  FixedString<260> host_;   ///< 253 of a name, and a port; or a stream.
  std::uint16_t seen_ = 0;  ///< Bit: Field.
  std::uint8_t file_id_ = 0;
  bool object_ = false;
  bool mqtt_ = false;  ///< `afr_ota.protocols` has it.
  bool http_ = false;
  DocumentProblem problem_ = DocumentProblem::kNone;
};

}  // namespace linnet::aws
