using Reeve.Languages.Rego;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Server.Opa.Documents;

/// <summary>Finds rules at whose path there is data: one path, two owners.</summary>
internal static class PathConflicts
{
    public static IReadOnlyList<RegoError> Find(IEnumerable<RegoModule> modules, ObjectValue data)
    {
        var found = new List<RegoError>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var module in modules)
        {
            // most packages have no data at all, and then none of their rules needs a look
            if (!Reaches(data, module.Package, out var package))
            {
                continue;
            }

            foreach (var rule in module.Rules)
            {
                var path = PathOf(rule);
                if (DataAt(package, path) && seen.Add($"{string.Join('/', module.Package)}/{string.Join('/', path)}"))
                {
                    var shown = string.Join('/', module.Package.Concat(path));
                    found.Add(new RegoError(
                        RegoError.CompileError, $"conflicting rule for data path {shown} found", module.File, rule.Location.Row,
                        rule.Location.Column));
                }
            }
        }

        return found;
    }

    // the value at the package, or the first one on the way that is no object: that is in the way of all rules
    private static bool Reaches(ObjectValue data, IReadOnlyList<string> package, out Value? at)
    {
        at = data;
        foreach (var part in package)
        {
            if (at is not ObjectValue level)
            {
                return true;
            }

            at = level.Get(part);
            if (at is null)
            {
                return false;
            }
        }

        return true;
    }

    private static bool DataAt(Value? at, List<string> path)
    {
        foreach (var part in path)
        {
            if (at is not ObjectValue level)
            {
                return at is not null;
            }

            at = level.Get(part);
        }

        return at is not null;
    }

    // the part of the rule's name that does not depend on anything
    private static List<string> PathOf(RegoRule rule)
    {
        var path = new List<string> { rule.Name };
        foreach (var part in rule.Reference.Skip(1))
        {
            if (part is not ScalarTerm { Value: StringValue text })
            {
                break;
            }

            path.Add(text.Text);
        }

        return path;
    }
}
