using System.Security.Cryptography;
using System.Text;
using Reeve.Server.Hosting;

namespace Reeve.Server.Access.Secrets;

/// <summary>
/// The keys that seal secrets: 32 bytes each, in base 64, one in each line. The first seals; all of them open. From the environment, else
/// from a file.
/// </summary>
internal sealed class SecretKeys
{
    private const string Variable = "REEVE_SECRETS_KEYS";
    private const int KeyLength = 32;
    private readonly string? _file;
    private volatile IReadOnlyList<(string Id, byte[] Key)> _keys;

    private SecretKeys(string? file, IReadOnlyList<(string Id, byte[] Key)> keys) => (_file, _keys) = (file, keys);

    /// <summary>The key that seals.</summary>
    public (string Id, byte[] Key) Newest => _keys[0];

    /// <summary>Opens the keys that the options name, or makes the file in the data folder. Throws <see cref="StartException"/>.</summary>
    public static SecretKeys Open(ReeveOptions options)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text)
        {
            return new SecretKeys(
                null, Read(text, $"`{Variable}`", out var mistake) ?? throw new StartException(mistake!) { IsWrongInput = true });
        }

        var file = options.SecretsKeyFile ?? Path.Combine(Path.GetFullPath(options.DataFolder), "secrets.key");
        if (options.SecretsKeyFile is null && !File.Exists(file))
        {
            Make(file);
        }

        return new SecretKeys(file, ReadFile(file, out var problem) ?? throw new StartException(problem!) { IsWrongInput = true });
    }

    /// <summary>The key of this id; null when it is not among them.</summary>
    public byte[]? Find(string id) => _keys.FirstOrDefault(k => k.Id == id).Key;

    /// <summary>Reads the file again; or says why that cannot be done, and the keys stay as they are.</summary>
    public string? Reread()
    {
        if (_file is null)
        {
            return $"the keys are in `{Variable}`, which is read at a start only; start again with the new key before the old one";
        }

        if (ReadFile(_file, out var problem) is not { } keys)
        {
            return problem;
        }

        _keys = keys;
        return null;
    }

    // readable by its owner alone from the first moment
    private static void Make(string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var made = new FileStream(file, options);
            made.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength)) + "\n"));
            made.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"secrets-key-file: `{file}` cannot be made: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static IReadOnlyList<(string Id, byte[] Key)>? ReadFile(string file, out string? problem)
    {
        try
        {
            const UnixFileMode others = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & others) != 0)
            {
                problem = $"secrets-key-file: `{file}` can be read or written by others; `chmod 600` it";
                return null;
            }

            return Read(File.ReadAllText(file), $"`{file}`", out problem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"secrets-key-file: `{file}` cannot be read: {e.Message.TrimEnd('.')}";
            return null;
        }
    }

    private static IReadOnlyList<(string Id, byte[] Key)>? Read(string text, string place, out string? problem)
    {
        var keys = new List<(string, byte[])>();
        foreach (var line in text.Split(['\n', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var key = new byte[KeyLength + 1];
            if (!Convert.TryFromBase64String(line, key, out var length) || length != KeyLength)
            {
                problem = $"secrets-key-file: key {keys.Count + 1} in {place} is not {KeyLength} bytes in base 64; "
                    + "make one with `openssl rand -base64 32`";
                return null;
            }

            Array.Resize(ref key, KeyLength);
            keys.Add((Convert.ToHexStringLower(SHA256.HashData(key))[..8], key));
        }

        problem = keys.Count == 0 ? $"secrets-key-file: there is no key in {place}; make one with `openssl rand -base64 32`" : null;
        return problem is null ? keys : null;
    }
}
