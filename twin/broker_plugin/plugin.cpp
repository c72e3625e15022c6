// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What Mosquitto asks about access, and the ends of connections whose certificates were revoked.
// Loaded by the broker; everything that decides is in twin/access.
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "twin/access.hpp"

namespace {

constexpr int kPluginVersion = 5;

mosquitto_plugin_id_t* g_plugin = nullptr;  // NOLINT: one plugin in a broker
std::string g_kick_file;                    // NOLINT: as above

bool IsAllowed(const mosquitto_evt_acl_check& question) {
  const char* user = mosquitto_client_username(question.client);
  if (user == nullptr || question.topic == nullptr) {
    return false;
  }
  switch (question.access) {
    case MOSQ_ACL_SUBSCRIBE:
      return linnet::twin::MaySubscribe(user, question.topic);
    case MOSQ_ACL_WRITE:
      return linnet::twin::MayPublish(user, question.topic);
    case MOSQ_ACL_READ:
      return linnet::twin::MayReceive(user, question.topic);
    default:
      return true;  // To give a subscription up.
  }
}

int OnAccess(int /*event*/, void* data, void* /*user_data*/) {
  return IsAllowed(*static_cast<const mosquitto_evt_acl_check*>(data)) ? MOSQ_ERR_SUCCESS
                                                                       : MOSQ_ERR_ACL_DENIED;
}

/// The twin has written a name a line. The revocation list is read again before anybody can come
/// back.
int OnReload(int /*event*/, void* /*data*/, void* /*user_data*/) {
  const std::string taken = g_kick_file + ".taken";
  if (std::rename(g_kick_file.c_str(), taken.c_str()) != 0) {
    return MOSQ_ERR_SUCCESS;  // Nobody is to go.
  }
  std::ifstream names(taken);
  for (std::string name; std::getline(names, name);) {
    mosquitto_kick_client_by_username(name.c_str(), true);
  }
  std::remove(taken.c_str());
  return MOSQ_ERR_SUCCESS;
}

}  // namespace

extern "C" {

mosq_plugin_EXPORT int mosquitto_plugin_version(int count, const int* versions) {
  for (int i = 0; i < count; ++i) {
    if (versions[i] == kPluginVersion) {
      return kPluginVersion;
    }
  }
  return -1;
}

mosq_plugin_EXPORT int mosquitto_plugin_init(mosquitto_plugin_id_t* identifier,
                                             void** /*user_data*/, mosquitto_opt* options,
                                             int option_count) {
  g_plugin = identifier;
  for (int i = 0; i < option_count; ++i) {
    if (std::strcmp(options[i].key, "kick_file") == 0) {
      g_kick_file = options[i].value;
    }
  }
  const int access =
      mosquitto_callback_register(g_plugin, MOSQ_EVT_ACL_CHECK, OnAccess, nullptr, nullptr);
  return access != MOSQ_ERR_SUCCESS
             ? access
             : mosquitto_callback_register(g_plugin, MOSQ_EVT_RELOAD, OnReload, nullptr, nullptr);
}

mosq_plugin_EXPORT int mosquitto_plugin_cleanup(void* /*user_data*/, mosquitto_opt* /*options*/,
                                                int /*option_count*/) {
  mosquitto_callback_unregister(g_plugin, MOSQ_EVT_ACL_CHECK, OnAccess, nullptr);
  mosquitto_callback_unregister(g_plugin, MOSQ_EVT_RELOAD, OnReload, nullptr);
  return MOSQ_ERR_SUCCESS;
}
}
