using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Senlin.Identity;

/// <summary>
/// Who may call Senlin's face: a JSON or YAML object with a list <c>users</c> of <c>{name, password, project, domain}</c>.
/// </summary>
public sealed class UserFile
{
    private readonly Dictionary<string, KnownUser> _users;

    private UserFile(Dictionary<string, KnownUser> users) => _users = users;

    /// <summary>Reads a file; gives what is wrong with it instead, place first.</summary>
    public static (UserFile? Users, string? Problem) Read(string path)
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"senlin-users: `{path}` cannot be read: {e.Message.TrimEnd('.')}");
        }

        var read = DocumentReader.Read(text, path);
        if (read.Mistakes.Length > 0)
        {
            return (null, $"senlin-users: {read.Mistakes[0]}");
        }

        if (read.Documents is not [var document] || document.Root.ValueKind != JsonValueKind.Object
            || !document.Root.TryGetProperty("users", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return (null, $"senlin-users: `{path}`: expected an object with a list `users`");
        }

        var users = new Dictionary<string, KnownUser>(StringComparer.Ordinal);
        foreach (var (index, user) in list.EnumerateArray().Index())
        {
            if (user.Text("name") is not { Length: > 0 } name || user.Text("password") is not { Length: > 0 } password)
            {
                return (null, $"senlin-users: `{path}`: users/{index}: a user has a `name` and a `password`");
            }

            if (!users.TryAdd(name, new KnownUser(name, Hash(password), user.Text("project") ?? name, user.Text("domain") ?? "default")))
            {
                return (null, $"senlin-users: `{path}`: users/{index}: there are two users `{name}`");
            }
        }

        return (new UserFile(users), null);
    }

    /// <summary>The user, if name and password fit; null else, after the same time.</summary>
    internal KnownUser? Find(string name, string password)
    {
        var known = _users.GetValueOrDefault(name);
        var given = Hash(password);
        return CryptographicOperations.FixedTimeEquals(given, known?.PasswordHash ?? Hash("")) ? known : null;
    }

    private static byte[] Hash(string password) => SHA256.HashData(Encoding.UTF8.GetBytes(password));
}

/// <summary>A user of the file; the password is kept as a hash only.</summary>
internal sealed record KnownUser(string Name, byte[] PasswordHash, string Project, string Domain);
