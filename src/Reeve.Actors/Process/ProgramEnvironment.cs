using System.Collections;
using Reeve.Actors.Drivers.Process;

namespace Reeve.Actors.Process;

/// <summary>
/// What programs see of Reeve's environment: enough to run, and none of the secrets that Reeve itself may have been given.
/// </summary>
internal static class ProgramEnvironment
{
    private static readonly string[] Inherited = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR"];
    private static readonly string[] InheritedPrefixes = ["LC_", "DOTNET_"];

    /// <summary>Replaces a child's environment by the inherited few with the given ones laid over.</summary>
    public static void Fill(IDictionary<string, string?> child, IEnumerable<KeyValuePair<string, string>> given)
    {
        child.Clear();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (Inherited.Contains(name) || Array.Exists(InheritedPrefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                child[name] = (string?)variable.Value;
            }
        }

        foreach (var (name, value) in given)
        {
            child[name] = value;
        }
    }

    /// <summary>Why a variable may not be set, or null. The loader's variables would let a policy run code from anywhere.</summary>
    public static string? Refusal(string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') || value.Contains('\0', StringComparison.Ordinal))
        {
            return $"`{name}` is no name of a variable, or its value holds a zero byte";
        }

        if (name.StartsWith("LD_", StringComparison.Ordinal) || name is "DOTNET_STARTUP_HOOKS" or "BASH_ENV" or "ENV")
        {
            return $"`{name}` changes what code a program loads, and may not be set";
        }

        // by these two Reeve finds its own processes again
        return name is ProcessInstance.Variable or ProgramRunner.Variable ? $"`{name}` belongs to Reeve; choose another name" : null;
    }
}
