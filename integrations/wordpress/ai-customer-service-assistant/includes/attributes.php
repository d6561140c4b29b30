<?php
/**
 * What can be said of the chat at one place: the attributes of the shortcode, and those of the script that they become.
 *
 * @package AICustomerServiceAssistant
 */

namespace AICustomerServiceAssistant;

defined( 'ABSPATH' ) || exit;

const THEMES    = array( 'light', 'dark', 'auto' );
const POSITIONS = array( 'bottom-right', 'bottom-left', 'top-right', 'top-left' );
const FLAGS     = array( 'true', 'false' );

const MOST_TITLE = 300;
const MOST_URL   = 2000;

/**
 * Name in a shortcode => what its value has to be. Whatever it is not, is left out. The script takes the same values, and moves
 * a number to the nearer bound.
 */
function checks(): array {
	$like   = static function ( string $pattern ): callable {
		return static function ( string $given ) use ( $pattern ): string {
			return preg_match( $pattern, $given ) ? $given : '';
		};
	};
	$number = $like( '/^\d{1,15}(px)?$/D' );
	$choice = static function ( array $allowed ): callable {
		return static function ( string $given ) use ( $allowed ): string {
			return one_of( $given, $allowed );
		};
	};
	$text   = __NAMESPACE__ . '\short';
	$title  = static function ( string $given ): string {
		return mb_substr( short( $given ), 0, MOST_TITLE );
	};
	return array(
		'assistant_id'    => __NAMESPACE__ . '\clean_assistant',
		'theme'           => $choice( THEMES ),
		'position'        => $choice( POSITIONS ),
		'primary_color'   => $like( '/^(#[0-9a-f]{3}|#[0-9a-f]{6}|[a-z]{3,25}|rgb\([\d\s,.%]{5,40}\))$/Di' ),
		'language'        => $like( '/^[a-z]{2,8}([-_][a-z0-9]{1,8}){0,4}$/Di' ),
		'title'           => $text,
		'welcome_message' => $text,
		'auto_open'       => $choice( FLAGS ),
		'auto_open_delay' => $number,
		'show_avatar'     => $choice( FLAGS ),
		'hide_on_mobile'  => $choice( FLAGS ),
		'z_index'         => $number,
		'width'           => $number,
		'height'          => $number,
		'page_context'    => $text,
		'page_title'      => $title,
		// One that was cut would be another address.
		'page_url'        => $like( '/^[^\x00-\x1f\x7f]{1,' . MOST_URL . '}$/Du' ),
	);
}

/**
 * The attributes among $given that are allowed, with values that are; none is empty.
 *
 * @param array $given Name => value, from an author of the site.
 * @return array<string, string>
 */
function allowed( array $given ): array {
	$found = array();
	foreach ( checks() as $name => $check ) {
		$value = $check( text_of( $given, $name ) );
		if ( '' !== $value ) {
			$found[ $name ] = $value;
		}
	}
	return $found;
}

/**
 * The themes to choose from, with what they are called.
 *
 * @return array<string, string>
 */
function themes(): array {
	return array(
		''      => __( 'As set for the channel', 'ai-customer-service-assistant' ),
		'light' => __( 'Light', 'ai-customer-service-assistant' ),
		'dark'  => __( 'Dark', 'ai-customer-service-assistant' ),
		'auto'  => __( 'As the visitor\'s system', 'ai-customer-service-assistant' ),
	);
}

/**
 * The corners to choose from, with what they are called.
 *
 * @return array<string, string>
 */
function positions(): array {
	return array(
		''             => __( 'As set for the channel', 'ai-customer-service-assistant' ),
		'bottom-right' => __( 'Bottom right', 'ai-customer-service-assistant' ),
		'bottom-left'  => __( 'Bottom left', 'ai-customer-service-assistant' ),
		'top-right'    => __( 'Top right', 'ai-customer-service-assistant' ),
		'top-left'     => __( 'Top left', 'ai-customer-service-assistant' ),
	);
}

/**
 * The options of a list to choose from, escaped.
 *
 * @param array  $choices Value => text.
 * @param string $value   Which one is chosen.
 */
function options( array $choices, string $value ): string {
	$made = '';
	foreach ( $choices as $each => $text ) {
		$made .= sprintf( '<option value="%s"%s>%s</option>', esc_attr( $each ), selected( $value, (string) $each, false ), esc_html( $text ) );
	}
	return $made;
}
