#include "shared/command/command_docs.hpp"

#include <algorithm>
#include <array>

namespace shared {
namespace {

using cid = command_id;

// clang-format off
constexpr std::array<command_doc, 85> docs{{
    {cid::append, "Adds bytes to the end of a value, which is made if there is none.", "2.0.0", "string", "O(N), N the length of the new value"},
    {cid::auth, "Proves who the client is.", "1.0.0", "connection", "O(1)"},
    {cid::bgrewriteaof, "Writes the durable log anew, in the background.", "1.0.0", "server", "O(1) to begin it"},
    {cid::bitcount, "Counts the bits that are set in a value or a part of it.", "2.6.0", "bitmap", "O(N), N the bytes looked at"},
    {cid::bitfield, "Reads, sets and adds to integers of any width within a value.", "3.2.0", "bitmap", "O(N), N the operations and the length of the value"},
    {cid::bitfield_ro, "Reads integers of any width within a value.", "6.0.0", "bitmap", "O(N), N the operations"},
    {cid::bitop, "Joins the bits of several values by AND, OR, XOR or NOT, and stores the result.", "2.6.0", "bitmap", "O(N), N the bytes of all values"},
    {cid::bitpos, "Finds the first bit of a value that is set, or that is not.", "2.8.7", "bitmap", "O(N), N the bytes looked at"},
    {cid::client, "Commands about connections.", "2.4.0", "connection", "that of the subcommand"},
    {cid::command, "Tells what the server knows of its commands.", "2.8.13", "server", "O(N), N the commands"},
    {cid::config, "Shows and changes parameters of the server.", "2.0.0", "server", "that of the subcommand"},
    {cid::copy, "Stores a value under another key as well, with its time to live.", "6.2.0", "generic", "O(N), N the length of the value"},
    {cid::dbsize, "Counts the keys.", "1.0.0", "server", "O(1)"},
    {cid::debug, "Commands for tests of clients.", "1.0.0", "server", "that of the subcommand"},
    {cid::decr, "Takes one from the integer that a value is.", "1.0.0", "string", "O(1)"},
    {cid::decrby, "Takes a number from the integer that a value is.", "1.0.0", "string", "O(1)"},
    {cid::del, "Deletes keys, and counts those that there were.", "1.0.0", "generic", "O(N), N the keys"},
    {cid::discard, "Leaves MULTI without running what was queued.", "2.0.0", "transactions", "O(N), N the commands queued"},
    {cid::echo, "Answers its argument.", "1.0.0", "connection", "O(1)"},
    {cid::exec, "Runs what was queued since MULTI in one step, unless a watched key has changed.", "1.2.0", "transactions", "that of the commands queued"},
    {cid::exists, "Counts how many of the keys exist.", "1.0.0", "generic", "O(N), N the keys"},
    {cid::expire, "Lets a key live for so many seconds.", "1.0.0", "generic", "O(1)"},
    {cid::expireat, "Lets a key live until a Unix time in seconds.", "1.2.0", "generic", "O(1)"},
    {cid::expiretime, "Tells until which Unix time in seconds a key lives.", "7.0.0", "generic", "O(1)"},
    {cid::flushall, "Deletes all keys.", "1.0.0", "server", "O(N), N the keys"},
    {cid::flushdb, "Deletes all keys: there is one database.", "1.0.0", "server", "O(N), N the keys"},
    {cid::function, "Of the commands about functions, those that need none.", "7.0.0", "scripting", "that of the subcommand"},
    {cid::get, "Reads a value.", "1.0.0", "string", "O(1)"},
    {cid::getbit, "Reads one bit of a value.", "2.2.0", "bitmap", "O(1)"},
    {cid::getdel, "Reads a value and deletes its key.", "6.2.0", "string", "O(1)"},
    {cid::getex, "Reads a value and changes how long its key lives.", "6.2.0", "string", "O(1)"},
    {cid::getrange, "Reads a part of a value.", "2.4.0", "string", "O(N), N the bytes read"},
    {cid::getset, "Reads a value and sets another in its place.", "1.0.0", "string", "O(1)"},
    {cid::hello, "Agrees on the protocol, with the client's name and password if given.", "6.0.0", "connection", "O(1)"},
    {cid::incr, "Adds one to the integer that a value is.", "1.0.0", "string", "O(1)"},
    {cid::incrby, "Adds a number to the integer that a value is.", "1.0.0", "string", "O(1)"},
    {cid::incrbyfloat, "Adds a fraction to the number that a value is.", "2.6.0", "string", "O(1)"},
    {cid::info, "Tells how the server is and what it has counted.", "1.0.0", "server", "O(1)"},
    {cid::keys, "Lists all keys that match a pattern.", "1.0.0", "generic", "O(N), N all keys there are"},
    {cid::latency, "Tells when the server took long.", "2.8.13", "server", "that of the subcommand"},
    {cid::lcs, "Finds the longest text that two values have in common, in its order.", "7.0.0", "string", "O(N*M), N and M the lengths of the values"},
    {cid::memory, "Tells how much memory an entry takes.", "4.0.0", "server", "that of the subcommand"},
    {cid::mget, "Reads several values at once.", "1.0.0", "string", "O(N), N the keys"},
    {cid::move, "Refused: there is one database.", "1.0.0", "generic", "O(1)"},
    {cid::mset, "Sets several values at once.", "1.0.1", "string", "O(N), N the keys"},
    {cid::msetnx, "Sets several values at once, if none of the keys exists.", "1.0.1", "string", "O(N), N the keys"},
    {cid::multi, "From here on commands are queued, until EXEC.", "1.2.0", "transactions", "O(1)"},
    {cid::object, "Tells how an entry is held.", "2.2.3", "generic", "that of the subcommand"},
    {cid::persist, "Lets a key live for ever.", "2.2.0", "generic", "O(1)"},
    {cid::pexpire, "Lets a key live for so many milliseconds.", "2.6.0", "generic", "O(1)"},
    {cid::pexpireat, "Lets a key live until a Unix time in milliseconds.", "2.6.0", "generic", "O(1)"},
    {cid::pexpiretime, "Tells until which Unix time in milliseconds a key lives.", "7.0.0", "generic", "O(1)"},
    {cid::ping, "Answers PONG, or its argument.", "1.0.0", "connection", "O(1)"},
    {cid::psetex, "Sets a value that lives for so many milliseconds.", "2.6.0", "string", "O(1)"},
    {cid::psubscribe, "Asks for the messages of all channels that match a pattern.", "2.0.0", "pubsub", "O(N), N the patterns"},
    {cid::pttl, "Tells for how many milliseconds a key lives on.", "2.6.0", "generic", "O(1)"},
    {cid::publish, "Sends a message to all who asked for the channel.", "2.0.0", "pubsub", "O(N+M), N who gets it, M all patterns asked for"},
    {cid::pubsub, "Tells which channels and patterns are asked for.", "2.8.0", "pubsub", "that of the subcommand"},
    {cid::punsubscribe, "No longer asks for the channels that match a pattern.", "2.0.0", "pubsub", "O(N), N the patterns"},
    {cid::quit, "Closes the connection.", "1.0.0", "connection", "O(1)"},
    {cid::randomkey, "Chooses one of the keys at random.", "1.0.0", "generic", "O(1)"},
    {cid::rename, "Gives a value another key.", "1.0.0", "generic", "O(N), N the length of the value"},
    {cid::renamenx, "Gives a value another key, if there is none of that name.", "1.0.0", "generic", "O(N), N the length of the value"},
    {cid::reset, "Makes the connection as it was when it began.", "6.2.0", "connection", "O(1)"},
    {cid::scan, "Lists the keys in steps.", "2.8.0", "generic", "O(1) a step; O(N) for all, N the keys"},
    {cid::select, "Chooses the database, of which there is one: 0.", "1.0.0", "connection", "O(1)"},
    {cid::set, "Sets a value, and how long it lives.", "1.0.0", "string", "O(1)"},
    {cid::setbit, "Sets one bit of a value, which grows as need be.", "2.2.0", "bitmap", "O(N), N the length of the value"},
    {cid::setex, "Sets a value that lives for so many seconds.", "2.0.0", "string", "O(1)"},
    {cid::setnx, "Sets a value if the key does not exist.", "1.0.0", "string", "O(1)"},
    {cid::setrange, "Writes over a part of a value, which grows as need be.", "2.2.0", "string", "O(N), N the length of the value"},
    {cid::slowlog, "Shows the commands that took long.", "2.2.12", "server", "that of the subcommand"},
    {cid::strlen, "Tells how long a value is.", "2.2.0", "string", "O(1)"},
    {cid::subscribe, "Asks for the messages of channels.", "2.0.0", "pubsub", "O(N), N the channels"},
    {cid::substr, "The older name of GETRANGE.", "1.0.0", "string", "O(N), N the bytes read"},
    {cid::swapdb, "Refused: there is one database.", "4.0.0", "server", "O(1)"},
    {cid::time, "Tells the server's time.", "2.6.0", "server", "O(1)"},
    {cid::touch, "Counts how many of the keys exist, as a use of each.", "3.2.1", "generic", "O(N), N the keys"},
    {cid::ttl, "Tells for how many seconds a key lives on.", "1.0.0", "generic", "O(1)"},
    {cid::type, "Tells the type of a value.", "1.0.0", "generic", "O(1)"},
    {cid::unlink, "The same as DEL.", "4.0.0", "generic", "O(N), N the keys"},
    {cid::unsubscribe, "No longer asks for the messages of channels.", "2.0.0", "pubsub", "O(N), N the channels"},
    {cid::unwatch, "No longer watches any key.", "2.2.0", "transactions", "O(N), N the keys watched"},
    {cid::wait, "Waits until the partner has what the client has written.", "3.0.0", "generic", "O(1)"},
    {cid::watch, "Lets the next EXEC run only if the keys have not changed.", "2.2.0", "transactions", "O(N*M), N the keys, M those watched before"},
}};
// clang-format on

static_assert(std::ranges::is_sorted(docs, {}, &command_doc::id));

}  // namespace

const command_doc* find_doc(command_id id) noexcept {
    const auto* const found = std::ranges::lower_bound(docs, id, {}, &command_doc::id);
    return found != docs.end() && found->id == id ? found : nullptr;
}

}  // namespace shared
