// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace wyvern::calibrations {

// How patient and how trusting exchanges with servers are.
struct HttpLimits {
  std::chrono::milliseconds connect{10'000};  // until there is a connection
  std::chrono::milliseconds silence{30'000};  // without a byte coming or going
  int attempts = 3;                           // in all, when a server fails or is cut off
  std::chrono::milliseconds pause{500};       // before the second attempt; then twice as long
  std::size_t answer_bytes = 4'000'000;       // longer answers are refused
  std::int64_t file_bytes = 8'000'000'000;    // longer files are refused
  int redirects = 5;
};

struct HttpReply {
  long status = 0;  // 0: there was no answer
  std::string body, content_type;
  std::string error;         // why there is none, or why it is cut off; "" when all is well
  bool unreachable = false;  // nobody answered: refused, unknown name, time-out
  bool silent = false;       // because no byte came any more
  bool good() const { return error.empty() && status >= 200 && status < 300; }
};

// Exchanges over http and https, with libcurl. One object per server and thread: it keeps the
// connection. Interrupted, when `stop` is set, ends any of them.
class Http {
 public:
  explicit Http(HttpLimits limits, const std::atomic<bool>* stop = nullptr);
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  const HttpLimits& limits() const { return limits_; }
  // `cookie`: "name=value" for the host of the URL alone, or "". Answers of 500 and more, and
  // connections that fail, are tried again; a server that is silent is not.
  HttpReply post(const std::string& url, const std::string& body, const std::string& content_type,
                 const std::string& cookie);
  // Appends to the file at `path` what it does not have yet (range request); what is there stays
  // there when the transfer breaks off, and is gone on with at the next attempt or call.
  // OutputError when the file cannot be written.
  HttpReply download(const std::string& url, const std::string& path, const std::string& cookie);
  // Sends a file as the body. Tried again only when nobody answered.
  HttpReply upload(const std::string& url, const std::string& path, const std::string& cookie);

 private:
  struct Session;
  HttpLimits limits_;
  const std::atomic<bool>* stop_;
  std::unique_ptr<Session> session_;
};

// The host of an URL, in lower case, with its port: "archive.gemini.edu", "127.0.0.1:8080"; "" when
// it has none.
std::string host_of(const std::string& url);

}  // namespace wyvern::calibrations
