// Runs kernels: every CUDA thread is a fiber with a small stack of its own. A fiber runs until it waits for others (block_sync, a
// warp's rendezvous, a spin) and then hands over to the next that can run. A fiber that never waits runs to its end, and the next
// one uses the same stack.
#include "Simulator.h"

#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <sys/mman.h>
#ifndef __x86_64__
#include <ucontext.h>
#endif

namespace simulated
{
    Place* here = nullptr;

    namespace
    {
        constexpr size_t stack_bytes = 128 * 1024, page = 4096;
        constexpr size_t canary_bytes = 256, most_static_bytes = 48 * 1024;
        constexpr unsigned char canary = 0xa5;

        struct Block;

        struct Stack
        {
            char* top;
            void* pointer; // where it was left
#ifndef __x86_64__
            ucontext_t context;
#endif
        };

        struct Copy
        {
            void* shared;
            const void* global;
        };

        struct Thread : Place
        {
            Block* owner;
            Stack* stack; // null: not begun
            Thread* next; // of the queue
            bool returned;
            std::vector<Copy> copies; // deferred, oldest first
            std::vector<int> groups;  // how many of them each committed group holds
            int uncommitted;
        };

        enum class Meeting { none, shuffle, multiply };

        struct Warp
        {
            Meeting meeting;
            int arrived, returned;
            unsigned bits[32], results[32];
            int lanes[32];
            float* d[32];
            const unsigned *a[32], *b[32];
        };

        struct Room
        {
            const void* owner; // null: the dynamic memory
            std::unique_ptr<Sixteen[]> memory;
            size_t bytes, capacity;
            bool used;
        };

        struct Block
        {
            int threads, live, arrived;
            Thread* first;
            std::vector<bool> waits; // at block_sync
            Warp warps[32];
            std::vector<Room> rooms;
        };

        const Launch* launch;
        Kernel* kernels;
        std::vector<std::unique_ptr<Block>> blocks;
        std::vector<Thread> fibers;
        std::vector<Stack*> stacks; // free ones
        int stackCount;
        Thread *head, *tail; // of those that can run
        Stack outside;       // where run() waits
        unsigned long long steps, stepsSeen, idle, loads;
        bool trapped;
        unsigned long long shuffled; // state of the generator for the order of threads
        pthread_t runner;

        Thread* self() { return static_cast<Thread*>(here); }
        int lane() { return here->thread % 32; }
        Warp& warp() { return self()->owner->warps[here->thread / 32]; }

        // ---- Switching

#ifdef __x86_64__
        extern "C" void simulated_switch(void** leave, void* enter);
        // Saves the registers that the calling convention preserves, and changes stacks.
        asm(R"(
            .text
            .globl simulated_switch
            .hidden simulated_switch
            .type simulated_switch, @function
        simulated_switch:
            pushq %rbp
            pushq %rbx
            pushq %r12
            pushq %r13
            pushq %r14
            pushq %r15
            movq %rsp, (%rdi)
            movq %rsi, %rsp
            popq %r15
            popq %r14
            popq %r13
            popq %r12
            popq %rbx
            popq %rbp
            ret
            .size simulated_switch, .-simulated_switch
        )");
        void change(Stack& from, Stack& to) { simulated_switch(&from.pointer, to.pointer); }
        void prepare(Stack& stack, void (*entry)())
        {
            void** words = (void**)stack.top - 2; // aligned to 16, as at the entry of a call
            words[0] = (void*)entry;
            words[1] = nullptr;
            stack.pointer = words - 6; // the six saved registers, of any value
        }
#else
        void change(Stack& from, Stack& to) { swapcontext(&from.context, &to.context); }
        void prepare(Stack& stack, void (*entry)())
        {
            getcontext(&stack.context);
            stack.context.uc_stack.ss_sp = stack.top - stack_bytes / 2;
            stack.context.uc_stack.ss_size = stack_bytes / 2;
            stack.context.uc_link = nullptr;
            makecontext(&stack.context, entry, 0);
        }
#endif

        Stack* take_stack()
        {
            if (!stacks.empty())
            {
                Stack* stack = stacks.back();
                stacks.pop_back();
                return stack;
            }
            char* memory = (char*)mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (memory == MAP_FAILED)
                fail("no memory for the stacks of threads");
            mprotect(memory, page, PROT_NONE);
            // Stack tops at different offsets of a page; otherwise all of them compete for the same cache lines.
            return new Stack{memory + stack_bytes - stackCount++ % 32 * 128, nullptr};
        }

        void push(Thread* thread)
        {
            thread->next = nullptr;
            (head ? tail->next : head) = thread;
            tail = thread;
        }
        Thread* pop()
        {
            Thread* thread = head;
            if (thread)
                head = thread->next;
            return thread;
        }

        // Makes threads [first, first + count) of a block ready, those that `chosen` selects. No kernel may rely on their order:
        // setting ORDER reverses it ("reverse") or shuffles it (a seed).
        template <class Chosen> void ready(Thread* first, int count, Chosen chosen)
        {
            if (shuffled > 1)
            {
                int order[1024];
                for (int i = 0; i < count; i++)
                    order[i] = i;
                for (int i = count - 1; i > 0; i--)
                {
                    shuffled = shuffled * 6364136223846793005ull + 1442695040888963407ull;
                    std::swap(order[i], order[(shuffled >> 33) % (i + 1)]);
                }
                for (int i = 0; i < count; i++)
                {
                    if (chosen(order[i]))
                        push(first + order[i]);
                }
                return;
            }
            for (int i = 0; i < count; i++)
            {
                const int at = shuffled == 1 ? count - 1 - i : i;
                if (chosen(at))
                    push(first + at);
            }
        }

        void enter();

        // The running thread waits: switches to one that can run, or back to run(), which then reports the fault.
        void hand_over()
        {
            Thread *from = self(), *to = pop();
            if (to == from)
                return;
            if (!to)
            {
                change(*from->stack, outside);
                return;
            }
            if (!to->stack)
                prepare(*(to->stack = take_stack()), enter);
            here = to;
            change(*from->stack, *to->stack);
        }

        void open_barrier(Block& block)
        {
            steps++;
            block.arrived = 0;
            ready(block.first, block.threads, [&](int i) { return block.waits[i]; });
            block.waits.assign(block.threads, false);
        }

        void leave_block(Thread* thread)
        {
            steps++;
            Block& block = *thread->owner;
            Warp& its = warp();
            thread->returned = true;
            its.returned++;
            if (its.meeting != Meeting::none)
                fail("a thread returns while lanes of its warp wait for it at a shuffle_xor or multiply_tile");
            block.live--;
            if (block.arrived > 0 && block.arrived == block.live)
                open_barrier(block);
        }

        // The bottom of every stack: runs a thread, then those that have not begun yet, one after the other.
        void enter()
        {
            for (;;)
            {
                launch->kernel->run(launch->arguments.data());
                Thread *done = self(), *to;
                leave_block(done);
                to = pop();
                Stack* stack = done->stack;
                done->stack = nullptr;
                if (to && !to->stack)
                {
                    to->stack = stack;
                    here = to;
                    continue;
                }
                stacks.push_back(stack); // it is not reused before this thread has left it
                here = to;
                change(*stack, to ? *to->stack : outside);
            }
        }

        // ---- Rendezvous of a warp

        void multiply(Warp& all)
        {
            // PTX ISA, fragments of mma.m16n8k16: g = lane / 4, t = lane % 4.
            float A[16][16], B[16][8];
            auto low = [](unsigned pair) { return __builtin_bit_cast(float, pair << 16); };
            auto high = [](unsigned pair) { return __builtin_bit_cast(float, pair & 0xffff0000); };
            for (int i = 0; i < 32; i++)
            {
                const int g = i / 4, t = i % 4;
                for (int part = 0; part < 4; part++)
                {
                    const int row = g + part % 2 * 8, k = 2 * t + part / 2 * 8;
                    A[row][k] = low(all.a[i][part]);
                    A[row][k + 1] = high(all.a[i][part]);
                }
                for (int part = 0; part < 2; part++)
                {
                    const int k = 2 * t + part * 8;
                    B[k][g] = low(all.b[i][part]);
                    B[k + 1][g] = high(all.b[i][part]);
                }
            }
            for (int row = 0; row < 16; row++)
            {
                float sums[8];
                for (int n = 0; n < 8; n++)
                    sums[n] = all.d[row % 8 * 4 + n / 2][row / 8 * 2 + n % 2];
                for (int k = 0; k < 16; k++)
                {
                    for (int n = 0; n < 8; n++)
                        sums[n] += A[row][k] * B[k][n];
                }
                for (int n = 0; n < 8; n++)
                    all.d[row % 8 * 4 + n / 2][row / 8 * 2 + n % 2] = sums[n];
            }
        }

        void meet(Warp& all, Meeting meeting)
        {
            if (all.returned > 0)
                fail("%d lanes of the warp have returned and cannot take part in a shuffle_xor or multiply_tile", all.returned);
            if (all.meeting != Meeting::none && all.meeting != meeting)
                fail("lanes of one warp are at a shuffle_xor and at a multiply_tile");
            all.meeting = meeting;
            if (++all.arrived == 32)
            {
                if (meeting == Meeting::multiply)
                    multiply(all);
                for (int i = 0; meeting == Meeting::shuffle && i < 32; i++)
                    all.results[i] = all.bits[(i ^ all.lanes[i]) & 31];
                all.meeting = Meeting::none;
                all.arrived = 0;
                steps++;
                ready(self() - lane(), 32, [](int) { return true; });
            }
            hand_over();
        }

        // ---- Shared memory

        Room& room_of(Block& block, const void* owner, size_t bytes)
        {
            Room* free = nullptr;
            for (Room& room : block.rooms)
            {
                if (room.used && room.owner == owner)
                    return room;
                if (!room.used && room.capacity >= bytes && (!free || room.capacity < free->capacity))
                    free = &room;
            }
            if (!free)
            {
                const size_t all = (bytes + canary_bytes + 15) / 16;
                block.rooms.push_back({nullptr, std::unique_ptr<Sixteen[]>(new Sixteen[all]), 0, bytes, false});
                free = &block.rooms.back();
            }
            free->owner = owner;
            free->bytes = bytes;
            free->used = true;
            memset(free->memory.get(), 0xff, bytes);
            memset((char*)free->memory.get() + bytes, canary, canary_bytes);
            return *free;
        }

        void check_rooms(Block& block)
        {
            for (Room& room : block.rooms)
            {
                const unsigned char* behind = (unsigned char*)room.memory.get() + room.bytes;
                for (size_t i = 0; room.used && i < canary_bytes; i++)
                {
                    if (behind[i] == canary)
                        continue;
                    here = block.first;
                    fail(
                        "something wrote behind %s shared memory of %zu bytes, at byte %zu",
                        room.owner ? "a SHARED array: static" : "the dynamic", room.bytes, room.bytes + i);
                }
                room.used = false;
            }
        }

        // ---- Launches

        void begin_block(Block& block, Thread* first, int x, int y)
        {
            const int threads = launch->threads;
            block.threads = block.live = threads;
            block.arrived = 0;
            block.first = first;
            block.waits.assign(threads, false);
            for (int i = 0; i < threads / 32; i++)
                block.warps[i].meeting = Meeting::none, block.warps[i].arrived = block.warps[i].returned = 0;
            for (int i = 0; i < threads; i++)
            {
                Thread& thread = first[i];
                (Place&)thread = {i, threads, x, y, (int)launch->blocks, (int)launch->blocks_y};
                thread.owner = &block;
                thread.stack = nullptr;
                thread.returned = false;
                thread.copies.clear();
                thread.groups.clear();
                thread.uncommitted = 0;
            }
            room_of(block, nullptr, launch->sharedBytes);
            ready(first, threads, [](int) { return true; });
        }

        void run_ready()
        {
            Thread* first = pop();
            prepare(*(first->stack = take_stack()), enter);
            here = first;
            change(outside, *first->stack);
        }

        void must_be_over(Block& block)
        {
            if (block.live == 0)
                return check_rooms(block);
            int inWarps = 0;
            for (int i = 0; i < block.threads / 32; i++)
                inWarps += block.warps[i].arrived;
            for (here = block.first; self()->returned; here = self() + 1)
                ;
            fail("no thread can run: of %d threads %d have returned, %d wait at block_sync "
                 "and %d at a shuffle_xor or multiply_tile of their warp",
                block.threads, block.threads - block.live, block.arrived, inWarps);
        }

        // Abandons a launch; its memory is free for the next.
        bool abandon(size_t fiberCount)
        {
            for (size_t i = 0; i < fiberCount; i++)
            {
                if (fibers[i].stack)
                    stacks.push_back(fibers[i].stack);
            }
            for (std::unique_ptr<Block>& block : blocks)
            {
                for (Room& room : block->rooms)
                    room.used = false;
            }
            head = nullptr;
            here = nullptr;
            return false;
        }

        // ---- A kernel that accesses memory out of bounds

        struct sigaction before, beforeBus;

        void on_fault(int signal, siginfo_t* information, void* context)
        {
            if (here && pthread_equal(pthread_self(), runner))
                fail("it touches address %p: %s", information->si_addr, describe((uintptr_t)information->si_addr).c_str());
            const struct sigaction& old = signal == SIGSEGV ? before : beforeBus; // of another thread, not ours
            if (old.sa_flags & SA_SIGINFO)
                old.sa_sigaction(signal, information, context);
            else if (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN)
                old.sa_handler(signal);
            else
                ::signal(signal, SIG_DFL);
        }

        // Installed once: handlers of a runtime, and of another simulator in the same process, then form one chain.
        void watch_for_faults()
        {
            static bool done;
            if (done)
                return;
            done = true;
            struct sigaction action = {};
            action.sa_sigaction = on_fault;
            action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
            sigaction(SIGSEGV, &action, &before);
            sigaction(SIGBUS, &action, &beforeBus);
        }
    }

    Kernel::Kernel(const char* name, Size bytes, void (*run)(const void*))
        : name(name), bytes(bytes), run(run), next(kernels)
    {
        kernels = this;
    }

    const Kernel* find_kernel(const std::string& name)
    {
        const Kernel* kernel = kernels;
        while (kernel && name != kernel->name)
            kernel = kernel->next;
        return kernel;
    }

    void fail(const char* format, ...)
    {
        fputs("CUDA simulator: ", stderr);
        if (here)
            fprintf(
                stderr, "kernel %s, block (%d, %d) of (%d, %d), thread %d of %d: ", launch->kernel->name,
                here->block, here->block_y, here->blocks, here->blocks_y, here->thread, here->threads);
        va_list values;
        va_start(values, format);
        vfprintf(stderr, format, values);
        va_end(values);
        fputc('\n', stderr);
        fflush(stderr);
        here = nullptr;
        signal(SIGABRT, SIG_DFL);
        abort();
    }

    bool run(const Launch& what)
    {
        launch = &what;
        runner = pthread_self();
        const std::string order = setting("ORDER");
        shuffled = order.empty() ? 0 : order == "reverse" ? 1 : strtoull(order.c_str(), nullptr, 10) * 2 + 3;
        steps = stepsSeen = idle = 0;
        trapped = false;

        watch_for_faults();
        const unsigned long long all = (unsigned long long)what.blocks * what.blocks_y;
        const size_t together = what.cooperative ? all : 1;
        while (blocks.size() < together)
            blocks.push_back(std::make_unique<Block>());
        if (fibers.size() < together * what.threads)
            fibers.resize(together * what.threads);
        for (unsigned z = 0; z < what.blocks_z; z++)
        {
            for (unsigned long long i = 0; i < all; i++)
            {
                const unsigned long long at = shuffled == 1 ? all - 1 - i : i;
                Block& block = *blocks[what.cooperative ? at : 0];
                begin_block(block, fibers.data() + (what.cooperative ? at * what.threads : 0), at % what.blocks, at / what.blocks);
                if (what.cooperative)
                    continue;
                run_ready();
                if (trapped)
                    return abandon(what.threads);
                must_be_over(block);
            }
            if (what.cooperative)
            {
                run_ready();
                if (trapped)
                    return abandon(together * what.threads);
                for (size_t i = 0; i < together; i++)
                    must_be_over(*blocks[i]);
            }
        }
        here = nullptr;
        return true;
    }

    // ---- What kernels call

    void block_sync()
    {
        Thread* thread = self();
        Block& block = *thread->owner;
        block.waits[thread->thread] = true;
        if (++block.arrived == block.live)
            open_barrier(block);
        hand_over();
    }

    unsigned shuffle_xor(unsigned bits, int lanes)
    {
        Warp& all = warp();
        const int at = lane();
        all.bits[at] = bits;
        all.lanes[at] = lanes;
        meet(all, Meeting::shuffle);
        return all.results[at]; // it is not overwritten before all lanes have met again
    }

    void multiply_tile(float* d, const unsigned* a, const unsigned* b)
    {
        Warp& all = warp();
        const int at = lane();
        all.d[at] = d;
        all.a[at] = a;
        all.b[at] = b;
        meet(all, Meeting::multiply);
    }

    bool arrives()
    {
        static long long left = atoll(setting("LOSE").c_str());
        return left == 0 || --left > 0;
    }

    void progress() { steps++; }

    void trap()
    {
        trapped = true;
        change(*self()->stack, outside); // and never comes back
    }

    void give_way(bool always)
    {
        if (!always && ++loads % 16 != 0)
            return;
        idle = steps == stepsSeen ? idle + 1 : 0;
        stepsSeen = steps;
        if (idle > 1000000)
            fail("threads wait for each other without end: a million turns, and nothing happened");
        push(self());
        hand_over();
    }

    char* dynamic_memory() { return (char*)room_of(*self()->owner, nullptr, 0).memory.get(); }

    void* shared_memory(const void* owner, Size bytes)
    {
        if (!here)
            fail("SHARED outside a kernel");
        Block& block = *self()->owner;
        void* memory = room_of(block, owner, bytes).memory.get();
        size_t total = 0;
        for (const Room& room : block.rooms)
            total += room.used && room.owner ? room.bytes : 0;
        if (total > most_static_bytes)
            fail("%zu bytes of SHARED arrays; a block may have %zu", total, most_static_bytes);
        return memory;
    }

    // Deferred to the last moment that the device allows. Until then the target is NaN, because a device promises nothing.
    void copy_async(void* shared, const void* global)
    {
        Thread* thread = self();
        if ((uintptr_t)shared % 16 != 0 || (uintptr_t)global % 16 != 0)
            fail("copy_async from %p to shared memory at %p: both must be aligned to 16 bytes", global, shared);
        bool inside = false;
        for (const Room& room : thread->owner->rooms)
            inside |= room.used && (char*)shared >= (char*)room.memory.get() && (char*)shared + 16 <= (char*)room.memory.get() + room.bytes;
        if (!inside)
            fail("copy_async to %p, which is not in the block's shared memory", shared);
        memset(shared, 0xff, 16);
        thread->copies.push_back({shared, global});
        thread->uncommitted++;
    }

    void copy_async_commit()
    {
        Thread* thread = self();
        thread->groups.push_back(thread->uncommitted);
        thread->uncommitted = 0;
    }

    void copy_async_wait(int pending)
    {
        Thread* thread = self();
        const int due = (int)thread->groups.size() - pending;
        if (due <= 0)
            return;
        int copies = 0;
        for (int i = 0; i < due; i++)
            copies += thread->groups[i];
        for (int i = 0; i < copies; i++)
            memcpy(thread->copies[i].shared, thread->copies[i].global, 16);
        thread->copies.erase(thread->copies.begin(), thread->copies.begin() + copies);
        thread->groups.erase(thread->groups.begin(), thread->groups.begin() + due);
    }
}
