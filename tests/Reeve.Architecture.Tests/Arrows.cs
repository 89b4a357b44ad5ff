namespace Reeve.Architecture.Tests;

public sealed class Arrows
{
    private static readonly string[] _system = ["Reeve.Core", "Reeve.Engines", "Reeve.Languages"];

    /// <summary>Who may refer to whom. A project that is not in this table may not exist.</summary>
    private static readonly Dictionary<string, string[]> _allowed = new(StringComparer.Ordinal)
    {
        ["Reeve.Core"] = [],
        ["Reeve.Languages"] = [],
        ["Reeve.Engines"] = ["Reeve.Core", "Reeve.Languages"],
        ["Reeve.Cloudify"] = _system,
        ["Reeve.Emco"] = _system,
        ["Reeve.Flexera"] = _system,
        ["Reeve.Senlin"] = _system,
        ["Reeve.Actors"] = ["Reeve.Core"],
        ["Reeve.Storage"] = ["Reeve.Core"],
        ["Reeve.Runtime"] = ["Reeve.Core"],
        ["Reeve.Server"] =
        [
            "Reeve.Core", "Reeve.Languages", "Reeve.Engines", "Reeve.Cloudify", "Reeve.Emco", "Reeve.Flexera", "Reeve.Senlin",
            "Reeve.Actors", "Reeve.Storage", "Reeve.Runtime",
        ],
        ["Reeve.Agent"] = [],
        ["Reeve.Cli"] = ["Reeve.Server", "Reeve.Agent"],
    };

    /// <summary>Packages that reach the outside belong to the one project that is there for it.</summary>
    private static readonly Dictionary<string, string[]> _homes = new(StringComparer.Ordinal)
    {
        ["Npgsql"] = ["Reeve.Storage"],
        ["SQLitePCLRaw.bundle_e_sqlite3"] = ["Reeve.Storage"],
        ["System.CommandLine"] = ["Reeve.Cli"],
        ["Spectre.Console"] = ["Reeve.Cli"],
    };

    public static TheoryData<string> ProductionProjects => [.. Repository.Production.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(ProductionProjects))]
    public void A_project_refers_only_to_those_that_its_row_allows(string name)
    {
        Assert.True(_allowed.TryGetValue(name, out var allowed), $"`{name}` has no row in the table of arrows");
        Breaches.AreAbsent(Project(name).Projects.Except(allowed!));
    }

    [Fact]
    public void The_core_needs_no_package_but_the_yaml_reader()
    {
        var core = Project("Reeve.Core");
        Breaches.AreAbsent(core.Packages.Except(["YamlDotNet"]));
        Breaches.AreAbsent(core.Frameworks);
    }

    [Fact]
    public void The_web_framework_stays_with_what_has_a_face()
    {
        // a system's room holds its own HTTP face
        string[] started = ["Reeve.Server", "Reeve.Cli", "Reeve.Agent", "Reeve.Cloudify", "Reeve.Emco", "Reeve.Flexera", "Reeve.Senlin"];
        Breaches.AreAbsent(Repository.Production.Where(p => p.Frameworks.Count > 0).Select(p => p.Name).Except(started));
    }

    [Fact]
    public void Databases_and_terminals_are_known_in_one_place_each() =>
        Breaches.AreAbsent(
            from project in Repository.Production
            from package in project.Packages
            where _homes.TryGetValue(package, out var homes) && !homes.Contains(project.Name)
            select $"{project.Name} refers to {package}");

    [Fact]
    public void Every_project_is_in_the_solution_and_has_its_lock_file()
    {
        var solution = Repository.Text("Reeve.slnx");
        Breaches.AreAbsent(Repository.All.Where(p => !solution.Contains($"\"{p.Path}\"", StringComparison.Ordinal)).Select(p => p.Path));
        Breaches.AreAbsent(Repository.All.Where(p => !Repository.Has($"{p.Folder}/packages.lock.json")).Select(p => p.Path));
    }

    [Fact]
    public void Package_versions_stand_in_one_file() =>
        Breaches.AreAbsent(
            Repository.All.Where(p => Repository.Text(p.Path).Contains("Version=\"", StringComparison.Ordinal)).Select(p => p.Path));

    private static ProjectFile Project(string name) => Repository.Production.Single(p => p.Name == name);
}
