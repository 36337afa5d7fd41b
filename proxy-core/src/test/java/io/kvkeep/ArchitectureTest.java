package io.kvkeep;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The core is a pure function of bytes and records; nothing in it reaches for the world outside. */
final class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.kvkeep");

    private static final String CLOCK_READ =
            "java\\.lang\\.System\\.(nanoTime|currentTimeMillis)\\(.*|java\\.time\\..*\\.now\\(.*";

    @Test
    void usesNoNetworkAndNoFiles() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.netty..", "java.net..", "java.nio.file..", "java.nio.channels..")
                                .or(nameMatching("java\\.io\\.(File|RandomAccess).*")))
                .check(CORE);
    }

    @Test
    void usesNoClock() {
        noClasses()
                .should()
                .dependOnClassesThat(nameMatching("java\\.time\\.Clock|java\\.util\\.(Date|Timer|Calendar)"))
                .orShould()
                .callMethodWhere(DescribedPredicate.describe(
                        "the clock is read",
                        call -> call.getTarget().getFullName().matches(CLOCK_READ)))
                .check(CORE);
    }

    @Test
    void writesNoLogAndNothingToTheConsole() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.slf4j..", "java.util.logging.."))
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CORE);
    }

    @Test
    void startsNoThreads() {
        noClasses()
                .should()
                .dependOnClassesThat(nameMatching("java\\.lang\\.Thread|java\\.util\\.concurrent\\..*Execut.*"))
                .check(CORE);
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("io.kvkeep.(**)").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void packagesAreNamedAfterFeaturesAndHoldOneToFifteenFiles() {
        Map<String, Long> files = CORE.stream()
                .filter(type ->
                        !type.getName().contains("$") && !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));

        assertThat(files).hasSizeGreaterThan(5);
        assertThat(files.keySet()).noneMatch(name -> name.matches(".*\\.(util|utils|common|manager|impl)(\\..*)?"));
        assertThat(files.values()).allMatch(count -> count >= 1 && count <= 15);
    }
}
