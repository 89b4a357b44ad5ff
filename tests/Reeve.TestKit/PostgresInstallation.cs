namespace Reeve.TestKit;

/// <summary>Where PostgreSQL's programs are, and the user to run them as: the server refuses to run as root.</summary>
internal sealed class PostgresInstallation
{
    private static readonly string[] _unprivileged = ["postgres", "nobody"];

    private readonly string _programs;
    private readonly (string User, string Group)? _owner;

    private PostgresInstallation(string programs, (string User, string Group)? owner)
    {
        _programs = programs;
        _owner = owner;
    }

    /// <summary>Looks on the PATH, and where Debian keeps the servers.</summary>
    public static async Task<PostgresInstallation> FindAsync(CancellationToken cancellationToken)
    {
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(':').ToList() ?? [];
        if (Directory.Exists("/usr/lib/postgresql"))
        {
            folders.AddRange(Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(v => Path.Combine(v, "bin")));
        }

        var found = folders.FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "postgres")))
            ?? throw new InvalidOperationException(
                "`initdb` and `postgres` are neither on the PATH nor in /usr/lib/postgresql; run eng/install-packages.sh");
        return new PostgresInstallation(found, Environment.IsPrivilegedProcess ? await FindOwnerAsync(cancellationToken) : null);
    }

    /// <summary>How to start one of its programs.</summary>
    public ChildProcessOptions Program(string name, string workingFolder, IReadOnlyList<string> arguments) => new()
    {
        Program = Path.Combine(_programs, name),
        Arguments = arguments,
        WorkingFolder = workingFolder,
        UserId = _owner?.User,
        GroupId = _owner?.Group,
        Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C", ["PGDATA"] = null, ["PGPORT"] = null },
        SignalOnOurDeath = ChildSignal.QUIT,
    };

    /// <summary>Makes a folder that belongs to the server's user and to nobody else.</summary>
    public async Task MakeOwnFolderAsync(string path, CancellationToken cancellationToken)
    {
        string[] owner = _owner is { } o ? ["-o", o.User, "-g", o.Group] : [];
        await using var made = await ChildProcess.StartAsync("install", ["-d", "-m", "700", .. owner, path]);
        if (await made.WaitForExitAsync(cancellationToken) != 0)
        {
            throw new InvalidOperationException($"cannot make `{path}`: {made.Transcript()}");
        }
    }

    private static async Task<(string User, string Group)?> FindOwnerAsync(CancellationToken cancellationToken)
    {
        var known = await File.ReadAllLinesAsync("/etc/passwd", cancellationToken);
        foreach (var name in _unprivileged)
        {
            if (known.Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 3 && fields[0] == name) is { } fields)
            {
                return (fields[2], fields[3]);
            }
        }

        throw new InvalidOperationException(
            $"tests run as root, and none of the users {string.Join(", ", _unprivileged)} is there to run PostgreSQL as");
    }
}
