/*
 * Runs a command to its end, with its output thrown away, and prints what the kernel has counted of it:
 * "wall CPU memory exit", in nanoseconds, nanoseconds and bytes of the largest process.
 *
 * A process of its own, because Java has no word for the last two, and because a process that Java starts
 * inherits the memory of Java as its peak.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long nanoseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long long of_timeval(struct timeval time)
{
    return time.tv_sec * 1000000000LL + time.tv_usec * 1000LL;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: measure COMMAND [ARGUMENT...]\n");
        return 2;
    }

    long long start = nanoseconds();
    pid_t child = vfork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        execvp(argv[1], argv + 1);
        _exit(127);
    }

    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
        perror("measure");
        return 1;
    }
    long long wall = nanoseconds() - start;
    printf("%lld %lld %lld %d\n", wall, of_timeval(usage.ru_utime) + of_timeval(usage.ru_stime),
           usage.ru_maxrss * 1024LL, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
