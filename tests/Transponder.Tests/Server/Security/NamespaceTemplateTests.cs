using Transponder.Server.Security;
using Xunit;

namespace Transponder.Tests.Server.Security;

/// <summary>From a namespace back to project and domain: one answer, or none that counts.</summary>
public sealed class NamespaceTemplateTests
{
    private static readonly string[] Domains = ["development", "production", "eu-production"];

    [Theory]
    [InlineData("{{ project }}-{{ domain }}", "prices-development", "prices/development")]
    [InlineData("{{project}}-{{domain}}", "team-prices-production", "team-prices/production")]
    [InlineData("{{ project }}-{{ domain }}", "prices-eu-production", "prices-eu/production prices/eu-production")]
    [InlineData("{{ project }}-{{ domain }}", "development-development", "development/development")]
    [InlineData("{{ project }}-{{ domain }}", "kube-system", "")]
    [InlineData("{{ project }}-{{ domain }}", "-development", "")]
    [InlineData("{{ project }}-{{ domain }}", "development", "")]
    [InlineData("{{ project }}-{{ domain }}", "prices-development\n", "")]
    [InlineData("flyte-{{ domain }}-{{ project }}", "flyte-production-a", "a/production")]
    [InlineData("flyte-{{ domain }}-{{ project }}", "other-production-a", "")]
    [InlineData("{{ project }}", "prices-development", "prices-development/")]
    [InlineData("ml-{{ project }}", "ml-a", "a/")]
    public void Read_Namespace_IsEveryWayToMakeIt(string template, string name, string expected)
    {
        var read = NamespaceTemplate.Parse(template, out var problem)!.Read(name, Domains);

        Assert.Null(problem);
        Assert.Equal(expected, string.Join(' ', read.Select(one => $"{one.Project}/{one.Domain}")));
    }

    [Theory]
    [InlineData("{{ domain }}", "must hold {{ project }} once")]
    [InlineData("static", "must hold {{ project }} once")]
    [InlineData("{{ project }}-{{ project }}", "must hold {{ project }} once")]
    [InlineData("{{ project }}{{ domain }}{{ domain }}", "twice")]
    [InlineData("{{ project }}-{{ name }}", "{{ name }} is neither")]
    [InlineData("{{ project }}_X", "makes no names of namespaces")]
    public void Parse_WhatIsNoTemplate_SaysWhy(string template, string expected)
    {
        Assert.Null(NamespaceTemplate.Parse(template, out var problem));
        Assert.Contains(expected, problem);
    }
}
