// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/file_source.hpp"

namespace linnet::device {

Status FileSource::SetLocation(const aws::Job& job) {
  Cancel();  // Both use the same memory.
  if (job.stream.empty()) {
    current_ = &http_;
    return http_.SetLocation(job.url);
  }
  current_ = &stream_;
  return stream_.SetLocation(job.stream, job.file_id);
}

}  // namespace linnet::device
