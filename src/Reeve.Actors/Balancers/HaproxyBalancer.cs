using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Targets;

namespace Reeve.Actors.Balancers;

/// <summary>
/// Keeps an HAProxy for each balancer: its configuration in a folder, and its members in step while it runs. The proxy is a process of its
/// own that outlives Reeve; a member that goes is drained first. Only what cannot change while it runs makes it reload, and then the
/// new worker takes over the listening sockets of the old one, so that nobody is turned away.
/// </summary>
public sealed class HaproxyBalancer(string executable, string folder, TimeProvider time) : IBalancer
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "haproxy";

    /// <inheritdoc/>
    public async Task<BalancerOutcome> ApplyAsync(Balancing wanted, CancellationToken cancellationToken)
    {
        var home = HomeOf(wanted);
        if ((HaproxyConfig.ProblemOf(wanted) ?? HaproxySocket.ProblemOf($"{home}/stats.sock")) is { } problem)
        {
            return new BalancerOutcome($"haproxy: {problem}", wanted.State);
        }

        var gate = _gates.GetOrAdd(wanted.Id, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var error = await BringAsync(wanted, home, cancellationToken).ConfigureAwait(false);
            var address = string.Create(CultureInfo.InvariantCulture, $"{wanted.Settings.Address}:{wanted.Settings.Port}");
            return new BalancerOutcome(error is null ? null : $"haproxy: {error}", Json.Object(("folder", home)), address);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new BalancerOutcome($"haproxy: {e.Message.TrimEnd('.')}", wanted.State);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<BalancerOutcome> RemoveAsync(Balancing last, CancellationToken cancellationToken)
    {
        var home = HomeOf(last);
        var gate = _gates.GetOrAdd(last.Id, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (MasterOf(home) is { } master)
            {
                // SIGUSR1 lets what is under way end; SIGTERM after the patience does not
                await RunAsync("kill", ["-USR1", $"{master}"], cancellationToken).ConfigureAwait(false);
                if (!await WaitAsync(() => MasterOf(home) is null, TimeSpan.FromSeconds(2), cancellationToken).ConfigureAwait(false))
                {
                    await RunAsync("kill", ["-TERM", $"{master}"], cancellationToken).ConfigureAwait(false);
                }
            }

            if (Directory.Exists(home))
            {
                Directory.Delete(home, recursive: true);
            }

            return new BalancerOutcome(null, Json.EmptyObject);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new BalancerOutcome($"haproxy: {e.Message.TrimEnd('.')}", last.State);
        }
        finally
        {
            gate.Release();
        }
    }

    private string HomeOf(Balancing balancing) =>
        Path.Combine(folder, string.Concat(balancing.Id.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-')));

    private async Task<string?> BringAsync(Balancing wanted, string home, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var file = Path.Combine(home, "haproxy.cfg");
        var text = HaproxyConfig.Write(wanted, home);
        var before = File.Exists(file) ? await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false) : "";
        var next = file + ".new";
        await File.WriteAllTextAsync(next, text, cancellationToken).ConfigureAwait(false);
        if (await RunAsync(executable, ["-c", "-q", "-f", next], cancellationToken).ConfigureAwait(false) is { } wrong)
        {
            return wrong;
        }

        var socket = new HaproxySocket($"{home}/stats.sock");
        var running = MasterOf(home) is null ? null : await socket.MembersAsync(cancellationToken).ConfigureAwait(false);
        if (running is null)
        {
            File.Move(next, file, overwrite: true);
            return await StartAsync(home, file, socket, cancellationToken).ConfigureAwait(false);
        }

        if (!SameSettings(before, text))
        {
            File.Move(next, file, overwrite: true);
            return await ReloadAsync(home, socket, cancellationToken).ConfigureAwait(false);
        }

        // the file first: a proxy that is started anew must know whom we took in
        File.Move(next, file, overwrite: true);
        return await ChangeMembersAsync(wanted, home, socket, running, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?> StartAsync(string home, string file, HaproxySocket socket, CancellationToken cancellationToken)
    {
        var error = await RunAsync(
            executable, ["-D", "-W", "-f", file, "-p", $"{home}/haproxy.pid", "-S", $"{home}/master.sock"], cancellationToken)
            .ConfigureAwait(false);
        if (error is not null)
        {
            return error;
        }

        return await IsAnsweringAsync(socket, cancellationToken).ConfigureAwait(false) ? null : "it was started and does not answer";
    }

    private async Task<string?> ReloadAsync(string home, HaproxySocket socket, CancellationToken cancellationToken)
    {
        if (MasterOf(home) is not { } master)
        {
            return "it is gone";
        }

        if (await RunAsync("kill", ["-USR2", $"{master}"], cancellationToken).ConfigureAwait(false) is { } error)
        {
            return error;
        }

        // the old worker answers too until the new one has taken over
        await Task.Delay(Step * 4, time, cancellationToken).ConfigureAwait(false);
        return await IsAnsweringAsync(socket, cancellationToken).ConfigureAwait(false) ? null : "it was reloaded and does not answer";
    }

    private async Task<string?> ChangeMembersAsync(
        Balancing wanted, string home, HaproxySocket socket, IReadOnlyDictionary<string, RunningMember> running,
        CancellationToken cancellationToken)
    {
        const string pool = HaproxyConfig.Pool;
        var stays = wanted.Members.ToDictionary(m => m.Id, m => $"{m.Address}:{m.Port}", StringComparer.Ordinal);
        var leavers = running.Where(r => !stays.ContainsKey(r.Key)).Select(r => r.Key).ToList();
        var moved = running.Where(r => stays.TryGetValue(r.Key, out var address) && address != r.Value.Address).Select(r => r.Key).ToList();

        // in before out, so that there is always somebody to work
        foreach (var member in wanted.Members.Where(m => !running.ContainsKey(m.Id)))
        {
            var said = await socket.AskAsync($"add server {pool}/{HaproxyConfig.Server(wanted.Settings, member)}", cancellationToken)
                .ConfigureAwait(false);
            if (said is null || !said.Contains("registered", StringComparison.Ordinal))
            {
                // what this release cannot add while it runs, it takes from the file
                return await ReloadAsync(home, socket, cancellationToken).ConfigureAwait(false);
            }

            await EnableAsync(wanted, member, socket, cancellationToken).ConfigureAwait(false);
        }

        foreach (var member in wanted.Members.Where(m => moved.Contains(m.Id)))
        {
            var port = member.Port.ToString(CultureInfo.InvariantCulture);
            await socket.AskAsync($"set server {pool}/{member.Id} addr {member.Address} port {port}", cancellationToken)
                .ConfigureAwait(false);
        }

        foreach (var member in wanted.Members.Where(m => running.TryGetValue(m.Id, out var known) && known.IsOut))
        {
            await EnableAsync(wanted, member, socket, cancellationToken).ConfigureAwait(false);
        }

        return await LetGoAsync(leavers, wanted.Settings.Patience, socket, cancellationToken).ConfigureAwait(false);
    }

    private static async Task EnableAsync(
        Balancing wanted, BalancerMember member, HaproxySocket socket, CancellationToken cancellationToken)
    {
        if (wanted.Settings.Probe is not null)
        {
            await socket.AskAsync($"enable health {HaproxyConfig.Pool}/{member.Id}", cancellationToken).ConfigureAwait(false);
        }

        await socket.AskAsync($"set server {HaproxyConfig.Pool}/{member.Id} state ready", cancellationToken).ConfigureAwait(false);
    }

    // drained: it gets nothing new and ends what it has; then it goes
    private async Task<string?> LetGoAsync(
        List<string> leavers, TimeSpan patience, HaproxySocket socket, CancellationToken cancellationToken)
    {
        foreach (var name in leavers)
        {
            await socket.AskAsync($"set server {HaproxyConfig.Pool}/{name} state drain", cancellationToken).ConfigureAwait(false);
        }

        var begun = time.GetTimestamp();
        while (leavers.Count > 0 && time.GetElapsedTime(begun) < patience
            && await socket.MembersAsync(cancellationToken).ConfigureAwait(false) is { } now
            && leavers.Any(l => now.TryGetValue(l, out var member) && member.Busy > 0))
        {
            await Task.Delay(Step, time, cancellationToken).ConfigureAwait(false);
        }

        foreach (var name in leavers)
        {
            // one that has still something to do is cut off only by its own end; it stays in maintenance and out of the file
            await socket.AskAsync($"set server {HaproxyConfig.Pool}/{name} state maint", cancellationToken).ConfigureAwait(false);
            await socket.AskAsync($"del server {HaproxyConfig.Pool}/{name}", cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private async Task<bool> IsAnsweringAsync(HaproxySocket socket, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (time.GetElapsedTime(begun) < StartPatience)
        {
            if (await socket.MembersAsync(cancellationToken).ConfigureAwait(false) is not null)
            {
                return true;
            }

            await Task.Delay(Step, time, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private async Task<bool> WaitAsync(Func<bool> isTrue, TimeSpan patience, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (!isTrue())
        {
            if (time.GetElapsedTime(begun) > patience)
            {
                return false;
            }

            await Task.Delay(Step, time, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    // a pid file may be older than the process that has its number now, so the command line must name our file
    private static int? MasterOf(string home)
    {
        try
        {
            var first = File.ReadLines($"{home}/haproxy.pid").FirstOrDefault();
            return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && File.ReadAllText($"/proc/{pid}/cmdline").Contains($"{home}/haproxy.cfg", StringComparison.Ordinal)
                && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal)
                ? pid
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool SameSettings(string before, string after) => WithoutMembers(before) == WithoutMembers(after);

    private static string WithoutMembers(string text) =>
        string.Join('\n', text.Split('\n').Where(l => !l.TrimStart().StartsWith("server ", StringComparison.Ordinal)));

    // gives what the program complained of, or null
    private static async Task<string?> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        try
        {
            using var process = System.Diagnostics.Process.Start(start);
            if (process is null)
            {
                return $"`{program}` cannot be started";
            }

            process.StandardInput.Close();

            // a proxy that goes into the background may keep the pipe open, so the end of the text is not waited for
            var complaint = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode == 0)
            {
                return null;
            }

            var lines = (await complaint.ConfigureAwait(false))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.FirstOrDefault(l => l.Contains("[ALERT]", StringComparison.Ordinal)) ?? lines.FirstOrDefault()
                ?? string.Create(CultureInfo.InvariantCulture, $"`{program}` ended with exit code {process.ExitCode}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"`{program}` cannot be started: {e.Message}";
        }
    }
}
