using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Reeve.Actors.Balancers;

/// <summary>Talks to a running HAProxy through its socket: members come and go without a reload, so no connection is touched.</summary>
internal sealed class HaproxySocket(string path)
{
    private const int MaxAnswer = 4 * 1024 * 1024;
    private const int MaxPath = 100;

    /// <summary>Why a socket cannot be at this path; null when it can.</summary>
    public static string? ProblemOf(string path) => path.Length > MaxPath
        ? $"`{path}` is too long for a socket; give Reeve a data folder with a shorter path"
        : null;

    /// <summary>Sends one command; null when nobody listens.</summary>
    public async Task<string?> AskAsync(string command, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            await socket.SendAsync(Encoding.UTF8.GetBytes(command + "\n"), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            using var answer = new MemoryStream();
            var buffer = new byte[8192];
            int read;
            while (answer.Length < MaxAnswer
                && (read = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false)) > 0)
            {
                answer.Write(buffer, 0, read);
            }

            return Encoding.UTF8.GetString(answer.ToArray()).Trim();
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>The members as the proxy has them now; null when it does not run.</summary>
    public async Task<IReadOnlyDictionary<string, RunningMember>?> MembersAsync(CancellationToken cancellationToken)
    {
        if (await AskAsync($"show servers state {HaproxyConfig.Pool}", cancellationToken).ConfigureAwait(false) is not { } state
            || await AskAsync($"show stat {HaproxyConfig.Pool} 4 -1", cancellationToken).ConfigureAwait(false) is not { } stat)
        {
            return null;
        }

        // name → what it works on: sessions and requests in the queue
        var busy = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in stat.Split('\n').Where(l => l.Length > 0 && l[0] != '#'))
        {
            var columns = line.Split(',');
            if (columns.Length > 4)
            {
                busy[columns[1]] = Number(columns[2]) + Number(columns[4]);
            }
        }

        var members = new Dictionary<string, RunningMember>(StringComparer.Ordinal);
        foreach (var line in state.Split('\n').Where(l => l.Length > 1 && l[0] != '#'))
        {
            // be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state … srv_port is the 19th
            var columns = line.Split(' ');
            if (columns.Length > 18 && columns[1] == HaproxyConfig.Pool)
            {
                var isOut = Number(columns[6]) != 0;
                members[columns[3]] = new RunningMember($"{columns[4]}:{columns[18]}", isOut, busy.GetValueOrDefault(columns[3]));
            }
        }

        return members;
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>A member of a running proxy.</summary>
/// <param name="Address">Address and port.</param>
/// <param name="IsOut">Is it drained or in maintenance?</param>
/// <param name="Busy">How many requests it works on.</param>
internal sealed record RunningMember(string Address, bool IsOut, int Busy);
