using System.Text.RegularExpressions;

namespace Reeve.Architecture.Tests;

public sealed partial class Layout
{
    private const int ProductionCeiling = 500;
    private const int TestCeiling = 800;

    private static readonly HashSet<string> _kindsOfType = new(StringComparer.OrdinalIgnoreCase)
    {
        "Models", "Services", "Helpers", "Utils", "Utilities", "Common", "Contracts", "Interfaces", "Abstractions", "Enums", "Dtos",
        "Entities", "Exceptions", "Extensions", "Managers", "Misc", "Shared", "Types", "Constants", "Options", "Attributes",
        "Factories", "Impl",
    };

    [Fact]
    public void No_file_is_longer_than_its_ceiling() =>
        Breaches.AreAbsent(
            from file in Code()
            let limit = file.StartsWith("tests/", StringComparison.Ordinal) ? TestCeiling : ProductionCeiling
            let lines = Repository.Lines(file).Length
            where lines > limit
            select $"{file}: {lines} lines, the limit is {limit}");

    [Fact]
    public void Folders_name_stages_and_nouns_and_never_kinds_of_type() =>
        Breaches.AreAbsent(Code().SelectMany(f => f.Split('/').SkipLast(1).Where(_kindsOfType.Contains).Select(_ => f)));

    [Fact]
    public void A_type_lives_in_the_namespace_that_its_folder_says() =>
        Breaches.AreAbsent(
            from project in Repository.Production
            from file in Repository.Files(project.Folder, "*.cs")
            let folder = file[project.Folder.Length..file.LastIndexOf('/')]
            let expected = project.Name + folder.Replace('/', '.')
            let said = Namespace().Match(Repository.Text(file))
            where said.Success ? said.Groups[1].Value != expected : !file.EndsWith("/Program.cs", StringComparison.Ordinal)
            select $"{file}: namespace {(said.Success ? said.Groups[1].Value : "(none)")}, expected {expected}");

    [Fact]
    public void Every_production_project_says_what_it_is_and_what_it_refers_to()
    {
        var missing = new List<string>();
        foreach (var project in Repository.Production)
        {
            var readme = $"{project.Folder}/README.md";
            if (!Repository.Has(readme))
            {
                missing.Add($"{readme}: is not there");
                continue;
            }

            var text = Repository.Text(readme);
            missing.AddRange(project.Projects
                .Where(p => !text.Contains(p["Reeve.".Length..], StringComparison.Ordinal))
                .Select(p => $"{readme}: does not name {p}, to which the project refers"));
        }

        Breaches.AreAbsent(missing);
    }

    [Fact]
    public void Nothing_is_folded_away_or_put_off() =>
        Breaches.AreAbsent(
            from file in Code()
            where !file.StartsWith("tests/Reeve.Architecture.Tests/", StringComparison.Ordinal)
            from line in Repository.Lines(file)
            where PutOff().IsMatch(line)
            select $"{file}: {line.Trim()}");

    private static IEnumerable<string> Code() => new[] { "src", "tests", "bench" }.SelectMany(folder => Repository.Files(folder, "*.cs"));

    [GeneratedRegex(@"^namespace\s+([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^\s*#region|//.*\b(TODO|FIXME|HACK|XXX)\b|\bNotImplementedException\b")]
    private static partial Regex PutOff();
}
