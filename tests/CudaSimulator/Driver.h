// The common part of Driver.cpp (device and memory) and Launches.cpp (modules, launches, streams, events, graphs).
#pragma once

#include "Simulator.h"

#include <deque>

namespace simulated
{
    enum Status // of cuda.h
    {
        invalid_value = 1,
        out_of_memory = 2,
        not_initialised = 3,
        invalid_device = 101,
        invalid_image = 200,
        invalid_context = 201,
        no_binary_for_device = 209,
        invalid_ptx = 218,
        unsupported_ptx_version = 222,
        invalid_handle = 400,
        illegal_state = 401,
        not_found = 500,
        not_ready = 600,
        launch_failed = 719,
        cooperative_launch_too_large = 720,
        capture_unsupported = 900,
        capture_invalidated = 901,
        captured_event = 907,
        capture_wrong_thread = 908
    };

    enum Limit
    {
        most_threads = 1024,
        usual_shared = 48 * 1024,
        most_shared = 227 * 1024,
        shared_together = 228 * 1024, // of the blocks of a multiprocessor; each takes another KiB for the system
        threads_together = 2048,
        blocks_together = 32
    };

    struct Graph
    {
        std::vector<std::function<void()>> operations; // of one stream, so one after the other
    };

    struct Stream
    {
        bool blocking;
        std::deque<std::function<void()>> queue;
        std::unique_ptr<Graph> capture; // null: operations are queued
        bool invalidated;
        int mode;
        const void* capturer; // this_thread() of the call that began it
    };

    struct Record // one cuEventRecord
    {
        bool done, asked;
        Stream* stream;
        double seconds;
    };

    struct Event
    {
        bool timing, captured;
        std::shared_ptr<Record> record; // the last; null: none yet
    };

    extern Handles<Stream> streams;
    extern Handles<Event> events;
    extern Handles<Graph> graphs, executables;

    Stream* find_stream(const void* handle);
    void flush(Stream& stream, const Record* until = nullptr);
    void flush_all(bool nonBlockingToo);
    bool invalidate_captures();
    const void* this_thread();
    void forget_modules();
    void count_run(const char* kernel);
    size_t multiprocessors();
    size_t capability();
}
